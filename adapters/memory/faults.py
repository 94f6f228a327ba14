"""What goes wrong next at an in-memory provider: each switch works once, then all is well again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from ports.errors import (
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)

PROVIDER = "memory"


@attrs.define
class Faults:
    _next: ProviderError | None = None
    _loses_answer: bool = False

    def refuse(self, reason: str) -> None:
        self._next = ProviderRejected(reason, provider=PROVIDER)

    def throttle(self, *, retry_after_s: float) -> None:
        self._next = ProviderThrottled(provider=PROVIDER, operation="", retry_after_s=retry_after_s)

    def be_unavailable(self) -> None:
        self._next = ProviderUnavailable(provider=PROVIDER)

    def lose_answer(self) -> None:
        """The next effect happens, and nobody is told."""
        self._loses_answer = True

    def check(self) -> None:
        """Before anything happens. Raises the fault that was switched on."""
        fault, self._next = self._next, None
        if fault is not None:
            raise fault

    @contextmanager
    def around(self, operation: str) -> Iterator[None]:
        """Around an effect: nothing happens for one fault, everything but the answer for the other."""
        self.check()
        yield
        if self._loses_answer:
            self._loses_answer = False
            raise ProviderOutcomeUnknown(
                "the answer was lost", provider=PROVIDER, operation=operation
            )
