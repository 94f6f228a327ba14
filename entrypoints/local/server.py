"""A server from a wheel on one folder: what PostgreSQL and Valkey have in common."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from entrypoints.local import folders
from entrypoints.local.processes import Child


class LocalServer(ABC):
    """
    One server on one folder, running inside the ``with`` block.

    A port of None means any free one. ``durable=False`` is for tests that kill our own processes, never
    for those that kill the server.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        log: Path | None = None,
    ) -> None:
        self._directory = directory
        self._port = port
        self._durable = durable
        self._log = log or directory.with_name(f"{directory.name}.log")
        self._account = folders.server_account()
        self._running = contextlib.ExitStack()
        self.pid = 0

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            place = folders.settle(self._directory, account=self._account)
            lock = stack.enter_context(folders.locked(place / "lock"))
            self.pid = self._start(place, lock=lock, stack=stack).pid
            self._running = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    @abstractmethod
    def _start(self, place: Path, *, lock: int, stack: contextlib.ExitStack) -> Child:
        """Return the ready server, which ``stack`` stops. Its processes inherit the lock on ``place``."""
