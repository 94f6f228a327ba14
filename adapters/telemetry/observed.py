"""Wraps a service so that its use cases can be traced and measured."""

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
    """What starts a use case other than a caller. The value names the arguments that observers read."""

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
"""Called before a use case; the use case runs inside the context manager that it returns."""


@attrs.frozen(kw_only=True)
class UseCases:
    """
    The names of services in spans and metrics, independent of their class names.

    ``triggers`` lists the functions started by something other than a caller, ``methods`` the span names
    of methods that were renamed. Raises ``TypeError`` for a function that is not a method of a named
    service, or that lacks an argument that its trigger names.
    """

    names: Mapping[type[Any], str]
    triggers: Mapping[Function, Trigger] = attrs.field(factory=dict)
    methods: Mapping[Function, str] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for function in (*self.triggers, *self.methods):
            if not any(function in vars(service).values() for service in self.names):
                raise TypeError(f"{function.__qualname__} belongs to no service that has a name")
        for function, trigger in self.triggers.items():
            if missing := set(trigger.value) - inspect.signature(function).parameters.keys():
                raise TypeError(f"{function.__qualname__} does not take {', '.join(missing)}")

    def observed(self, service: Service, *observers: Observer) -> Service:
        """
        The service, each of whose public coroutine methods runs inside the observers.

        Raises ``LookupError`` for a service without a name.
        """
        name = self.names.get(type(service))
        if name is None:
            raise LookupError(f"{type(service).__qualname__} has no name for its spans")
        if not observers:
            return service
        return cast(Service, _Observed(service, name, self, observers))


class _Observed:
    def __init__(
        self,
        service: object,
        name: str,
        use_cases: UseCases,
        observers: tuple[Observer, ...],
    ) -> None:
        self._service = service
        self._name = name
        self._use_cases = use_cases
        self._observers = observers

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._service, name)
        if name.startswith("_") or not inspect.iscoroutinefunction(attribute):
            return attribute
        around = self._around(name, attribute)
        self.__dict__[name] = around  # the next access finds it there and does not come here
        return around

    def _around(self, name: str, method: Function) -> Any:
        signature = inspect.signature(method)
        function = getattr(method, "__func__", method)
        trigger = self._use_cases.triggers.get(function)
        operation = f"{self._name}.{self._use_cases.methods.get(function, name)}"

        @functools.wraps(method)
        async def around(*arguments: object, **named: object) -> Any:
            by_name = signature.bind(*arguments, **named).arguments
            call = Call(operation=operation, trigger=trigger, arguments=by_name)
            with ExitStack() as stack:
                for observer in self._observers:
                    stack.enter_context(observer(call))
                return await method(*arguments, **named)

        return around
