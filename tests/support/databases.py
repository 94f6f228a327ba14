"""Fresh databases, cloned from a template that is migrated once a run."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import urllib.parse
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import attrs

from adapters.postgres import migrator
from tests.support.files import holding
from tests.support.run import Run


@attrs.frozen
class Databases:
    """
    The databases of one test process. Usable from synchronous code and from inside a running loop.

    Names start with the run's name, so that runs on one server do not collide.
    """

    _admin_dsn: str
    _run: Run
    _numbers: itertools.count[int] = attrs.field(factory=itertools.count)

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the DSN of a new, migrated database; it is dropped afterwards."""
        template = self._template()
        name = f"test_{self._run.name}_{self._run.worker}_{next(self._numbers)}"
        with self._created(name, template=template) as dsn:
            yield dsn

    @contextlib.contextmanager
    def blank(self) -> Iterator[str]:
        """Yield the DSN of a database without tables; it is dropped afterwards."""
        name = f"test_{self._run.name}_{self._run.worker}_{next(self._numbers)}_blank"
        with self._created(name, template="template1") as dsn:
            yield dsn

    def forget_template(self) -> None:
        """Drop the template, for a server that outlives the run."""
        self._execute(f'DROP DATABASE IF EXISTS "{self._template_name}" WITH (FORCE)')

    @contextlib.contextmanager
    def _created(self, name: str, *, template: str) -> Iterator[str]:
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self._dsn(name)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    @property
    def _template_name(self) -> str:
        return f"test_{self._run.name}_template"

    def _template(self) -> str:
        name, done = self._template_name, self._run.folder / "template-done"
        with holding(self._run.folder / "template-lock"):
            if not done.exists():
                self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                self._execute(f'CREATE DATABASE "{name}"')
                _wait_for(migrator.migrate(self._dsn(name)))
                done.touch()
        return name

    def _dsn(self, name: str) -> str:
        return urllib.parse.urlsplit(self._admin_dsn)._replace(path=f"/{name}").geturl()

    def _execute(self, statement: str) -> None:
        _wait_for(_execute(self._admin_dsn, statement))


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _wait_for(work: Coroutine[Any, Any, object]) -> None:
    """Run in a thread with a loop of its own, since the caller may be inside a running one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()
