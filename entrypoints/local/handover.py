"""
Passes the settings of a running stack to the command line, in a file in the data folder.

The file holds secrets, so only its owner can read it. A killed stack leaves the file but not its
lock; without the lock the file is ignored.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from entrypoints.local import folders

DATA = Path(".data")
"""Where `make run` keeps its data, relative to the checkout."""

LOCK = "lock"
_FILE = "environment.json"
_IDENTITY = ("STACK_ENVIRONMENT", "DATABASE_URL")
"""The variables that identify a stack."""


@contextlib.contextmanager
def offered(data: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Let commands in this checkout use ``variables`` during the block."""
    file = data / _FILE
    folders.write_private(file, json.dumps(dict(variables)), account=None)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def adopt(environ: MutableMapping[str, str], *, data: Path = DATA) -> None:
    """
    Add the settings of the stack that runs on ``data`` to ``environ``; variables that are set stay.

    Nothing is added if no stack runs, or if ``environ`` names another database or environment.
    """
    variables = _variables(data)
    if all(environ.get(name, variables.get(name)) == variables.get(name) for name in _IDENTITY):
        for name, value in variables.items():
            environ.setdefault(name, value)


def _variables(data: Path) -> Mapping[str, str]:
    try:
        if not folders.is_locked(data / LOCK):
            return {}
        variables: dict[str, str] = json.loads((data / _FILE).read_text())
    except (OSError, json.JSONDecodeError):
        return {}
    return variables
