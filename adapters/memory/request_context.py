"""The context of the current request, by asyncio task."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from ports.request_context import CurrentRequest, RequestContext


class InMemoryCurrentRequest(CurrentRequest):
    def __init__(self) -> None:
        self._of_tasks: WeakKeyDictionary[asyncio.Task[object], RequestContext] = (
            WeakKeyDictionary()
        )

    def current(self) -> RequestContext:
        task = asyncio.current_task()
        return self._of_tasks.get(task, RequestContext()) if task else RequestContext()

    def begin(self, context: RequestContext) -> None:
        task = asyncio.current_task()
        if task:
            self._of_tasks[task] = context
