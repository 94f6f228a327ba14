"""A service, seen from outside: the seam through which use cases are traced and measured."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar, cast

Service = TypeVar("Service")

Observer = Callable[[str, tuple[object, ...]], AbstractContextManager[object]]
"""Is told which use case begins, ``Service.method``, and with which positional arguments."""


def observed(service: Service, *observers: Observer) -> Service:
    """The service itself, for its callers; every public coroutine of it runs inside of the observers."""
    return cast(Service, _Observed(service, observers)) if observers else service


class _Observed:
    def __init__(self, service: object, observers: tuple[Observer, ...]) -> None:
        self._service = service
        self._observers = observers

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._service, name)
        if name.startswith("_") or not inspect.iscoroutinefunction(attribute):
            return attribute
        around = self._around(f"{type(self._service).__name__}.{name}", attribute)
        self.__dict__[name] = around  # found there the next time, without coming here
        return around

    def _around(self, operation: str, method: Callable[..., Awaitable[Any]]) -> Any:
        @functools.wraps(method)
        async def around(*arguments: object, **named: object) -> Any:
            with ExitStack() as stack:
                for observer in self._observers:
                    stack.enter_context(observer(operation, arguments))
                return await method(*arguments, **named)

        return around
