"""Origins in memory: by the task that is running."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from ports.origins import Origin, Origins


class InMemoryOrigins(Origins):
    def __init__(self) -> None:
        self._of_tasks: WeakKeyDictionary[asyncio.Task[object], Origin] = WeakKeyDictionary()

    def current(self) -> Origin:
        task = asyncio.current_task()
        return self._of_tasks.get(task, Origin()) if task else Origin()

    def begin(self, origin: Origin) -> None:
        task = asyncio.current_task()
        if task:
            self._of_tasks[task] = origin
