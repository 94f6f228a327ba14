"""
How the command line finds the stack that runs here: a file in the data folder, there while it is up.

It holds secrets, so only its owner can read it. A stack that was killed leaves the file but not its
lock, and is not taken for one that runs.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from entrypoints.local import folders

DATA = Path(".data")
"""Where `make run` keeps its data, seen from the checkout."""

LOCK = "lock"
_FILE = "environment.json"
_IDENTITY = ("STACK_ENVIRONMENT", "DATABASE_URL")
"""What tells one stack from another."""


@contextlib.contextmanager
def offered(data: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Let commands in this checkout use ``variables`` within the block."""
    file = data / _FILE
    folders.write_private(file, json.dumps(dict(variables)), account=None)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def adopt(environ: MutableMapping[str, str], *, data: Path = DATA) -> None:
    """
    Set what is not set in ``environ`` to what the stack that runs on ``data`` uses.

    Nothing is set if none runs, or if ``environ`` is about another database or environment.
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
