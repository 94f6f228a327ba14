"""The release before this one: which commit it is, its code in a folder, and how its processes are run."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import attrs
import orjson

from adapters.postgres.migration_files import MIGRATIONS

ROOT = Path(__file__).parents[2]
CHOSEN = "REHEARSE_FROM"
GIT_LIMIT_S = 60
RUN_LIMIT_S = 120

# Run by the old code: which of our variables set something that it does not have.
_UNKNOWN = """
import attrs, json, os
from entrypoints.settings import Settings

PREFIX = "STACK__"

def knows(shape, path):
    if not path or not attrs.has(shape):
        return True
    attrs.resolve_types(shape)
    field = attrs.fields_dict(shape).get(path[0])
    return field is not None and knows(field.type, path[1:])

names = [name for name in os.environ if name.startswith(PREFIX)]
paths = {name: name.removeprefix(PREFIX).lower().split("__") for name in names}
print(json.dumps([name for name in names if not knows(Settings, paths[name])]))
"""


class NoHistory(Exception):
    """There is no release before this one to be had here; the message says why."""


@attrs.frozen
class Release:
    """The code of one commit, in a folder."""

    commit: str
    folder: Path

    def environment(self, ours: Mapping[str, str]) -> dict[str, str]:
        """The variables with which a process runs this code, without those it would not know."""
        environment = {**ours, "PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1"}
        for name in orjson.loads(self.run("-c", _UNKNOWN, environment=environment)):
            del environment[name]
        return environment

    def run(self, *arguments: str, environment: Mapping[str, str]) -> str:
        """What a Python program prints. Raises ``CalledProcessError``."""
        command = (sys.executable, *arguments)
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            timeout=RUN_LIMIT_S,
            check=True,
            text=True,
        )
        return done.stdout


def release_before(folder: Path) -> Release:
    """
    The release before, in ``folder``: ``REHEARSE_FROM``, or the commit in ``migrations/released.txt``.

    Raises ``NoHistory``.
    """
    chosen = os.environ.get(CHOSEN) or (MIGRATIONS / "released.txt").read_text().strip()
    try:
        commit = _git("rev-parse", "--verify", f"{chosen}^{{commit}}").decode().strip()
        archived = _git("archive", commit)
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode().strip()
        raise NoHistory(f"{chosen} is not in this checkout: {reason}") from error
    with tarfile.open(fileobj=io.BytesIO(archived)) as archive:
        archive.extractall(folder, filter="data")
    return Release(commit, folder)


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ("git", "-C", str(ROOT), *arguments),
            capture_output=True,
            timeout=GIT_LIMIT_S,
            check=True,
        )
    except FileNotFoundError as error:
        raise NoHistory("git is not installed") from error
    return done.stdout
