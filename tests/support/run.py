"""
One test run: the folder that its processes share, and the process that keeps its servers.

Under xdist the controller begins the run and passes it to the workers; otherwise pytest's process does.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest

from entrypoints.local.processes import die_with_parent
from tests.support import server_keeper

ROOT = Path(__file__).parents[2]
STOP_LIMIT_S = 60.0


@attrs.frozen
class Run:
    """What all processes of one test run share, and the number of this one."""

    folder: Path
    worker: int
    """0 without xdist, else the worker's number from 1."""

    @property
    def name(self) -> str:
        """A short name that no other run on the same servers has."""
        return self.folder.name.removeprefix(server_keeper.FOLDER_PREFIX).lower()


@attrs.frozen
class Owner:
    """The process that began the run. Its keeper notices when it ends or dies."""

    folder: Path
    _keeper: subprocess.Popen[bytes]

    @classmethod
    def begin(cls) -> Owner:
        folder = Path(tempfile.mkdtemp(prefix=server_keeper.FOLDER_PREFIX))
        folder.chmod(0o711)  # the servers' account must be able to enter
        process = subprocess.Popen(
            (sys.executable, "-m", server_keeper.__name__, str(folder)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        return cls(folder, process)

    def end(self) -> None:
        """Wait until the servers of this run have ended and its folder is deleted."""
        try:
            self._keeper.communicate(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


OWNER = pytest.StashKey[Owner]()
RUN = pytest.StashKey[Run]()
_FOLDER = "stack_run_folder"


def begin(config: pytest.Config) -> None:
    """Begin the run, or join the one that the xdist controller began."""
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    if given is None:
        owner = Owner.begin()
        config.stash[OWNER] = owner
        config.stash[RUN] = Run(owner.folder, 0)
    else:
        # A worker in the middle of a test would not notice that its controller was killed.
        die_with_parent(signal.SIGTERM, parent_pid=os.getppid())
        number = int(given["workerid"].removeprefix("gw")) + 1
        config.stash[RUN] = Run(Path(given[_FOLDER]), number)


def tell(config: pytest.Config, workerinput: dict[str, Any]) -> None:
    """Let an xdist worker that is about to start join the run."""
    workerinput[_FOLDER] = str(config.stash[RUN].folder)


def end(config: pytest.Config) -> None:
    """End the run in the process that began it."""
    if owner := config.stash.get(OWNER, None):
        owner.end()
