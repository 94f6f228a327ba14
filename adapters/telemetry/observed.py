"""A service, seen from outside: the seam through which use cases are traced and measured."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from enum import Enum
from typing import Any, TypeVar, cast

import attrs

Service = TypeVar("Service")
Function = Callable[..., Awaitable[Any]]


class Trigger(Enum):
    """What starts a use case, unless a caller does. The value names the arguments that observers read."""

    JOB = ("job",)
    EVENT = ("feed", "event")
    WEBHOOK = ("source",)


@attrs.frozen(kw_only=True)
class Call:
    """One call of a use case. ``operation`` is its name, ``FundingService.withdraw``."""

    operation: str
    trigger: Trigger | None = None
    arguments: Mapping[str, Any]


Observer = Callable[[Call], AbstractContextManager[object]]
"""Is told of a call before it begins; the call runs inside what it returns."""


@attrs.frozen(kw_only=True)
class UseCases:
    """
    How services are called in spans and metrics, whatever their classes are called.

    ``triggers`` has the functions that something other than a caller starts. Raises ``TypeError`` for one
    that is no method of a named service, or lacks an argument that its trigger names.
    """

    names: Mapping[type[Any], str]
    triggers: Mapping[Function, Trigger] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for function, trigger in self.triggers.items():
            if not any(function in vars(service).values() for service in self.names):
                raise TypeError(f"{function.__qualname__} belongs to no service that has a name")
            if missing := set(trigger.value) - inspect.signature(function).parameters.keys():
                raise TypeError(f"{function.__qualname__} does not take {', '.join(missing)}")

    def observed(self, service: Service, *observers: Observer) -> Service:
        """
        The service itself, for its callers; every public coroutine of it runs inside of the observers.

        Raises ``LookupError`` for a service without a name.
        """
        name = self.names.get(type(service))
        if name is None:
            raise LookupError(f"{type(service).__qualname__} has no name for its spans")
        if not observers:
            return service
        return cast(Service, _Observed(service, name, self.triggers, observers))


class _Observed:
    def __init__(
        self,
        service: object,
        name: str,
        triggers: Mapping[Function, Trigger],
        observers: tuple[Observer, ...],
    ) -> None:
        self._service = service
        self._name = name
        self._triggers = triggers
        self._observers = observers

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._service, name)
        if name.startswith("_") or not inspect.iscoroutinefunction(attribute):
            return attribute
        around = self._around(f"{self._name}.{name}", attribute)
        self.__dict__[name] = around  # found there the next time, without coming here
        return around

    def _around(self, operation: str, method: Function) -> Any:
        signature = inspect.signature(method)
        trigger = self._triggers.get(getattr(method, "__func__", method))

        @functools.wraps(method)
        async def around(*arguments: object, **named: object) -> Any:
            by_name = signature.bind(*arguments, **named).arguments
            call = Call(operation=operation, trigger=trigger, arguments=by_name)
            with ExitStack() as stack:
                for observer in self._observers:
                    stack.enter_context(observer(call))
                return await method(*arguments, **named)

        return around
