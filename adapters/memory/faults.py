"""Faults of an in-memory provider: each applies once, to the next call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from ports.errors import (
    ProviderDenied,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)

PROVIDER = "memory"
QUIET_S = 300.0


@attrs.define
class Faults:
    _next: ProviderError | None = None
    _loses_answer: bool = False

    def refuse(self, reason: str, *, final: bool = False) -> None:
        refusal = ProviderDenied if final else ProviderRejected
        self._next = refusal(reason, provider=PROVIDER)

    def throttle(self, *, retry_after_s: float) -> None:
        self._next = ProviderThrottled(provider=PROVIDER, operation="", retry_after_s=retry_after_s)

    def be_unavailable(self) -> None:
        self._next = ProviderUnavailable(provider=PROVIDER)

    def lose_request(self) -> None:
        """The next effect does not happen yet, and it is not known whether it has."""
        self._next = ProviderOutcomeUnknown("no response", provider=PROVIDER)

    def lose_answer(self) -> None:
        """The next effect happens, but its response is lost."""
        self._loses_answer = True

    def heal(self) -> None:
        """The next call meets no fault."""
        self._next, self._loses_answer = None, False

    def check(self) -> None:
        """Raises the fault that was set, before any effect."""
        fault, self._next = self._next, None
        if fault is not None:
            raise fault

    @contextmanager
    def around(self, operation: str) -> Iterator[None]:
        """Around an effect: a set fault prevents it; a lost answer only hides it from the caller."""
        self.check()
        yield
        if self._loses_answer:
            self._loses_answer = False
            raise ProviderOutcomeUnknown(
                "the answer was lost", provider=PROVIDER, operation=operation
            )
