"""What stands before a request that moves money, or that its provider cannot tell from a repetition."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import attrs

from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnsupported,
)


async def _pass() -> None:
    return None


@attrs.frozen(kw_only=True)
class Fence:
    """
    The right to send such a request for one effect.

    ``sent_s`` is how long ago, by the clock of the store, it was last sent; ``None`` if it never was.
    ``begin`` commits that it is sent now, and raises ``LeaseLost`` when the attempt is not the current one
    any more. ``retract`` takes that back. ``scale`` multiplies quiet times, for tests.
    """

    sent_s: float | None = None
    begin: Callable[[], Awaitable[None]] = _pass
    retract: Callable[[], Awaitable[None]] = _pass
    scale: float = 1.0

    def require_quiet(self, quiet_s: float, *, provider: str, operation: str) -> None:
        """
        Believe a look-up that found nothing.

        Raises ``ProviderOutcomeUnknown`` for ``quiet_s`` after the last request: the provider may still
        carry it out, or list it.
        """
        needed_s = quiet_s * self.scale
        if self.sent_s is not None and self.sent_s < needed_s:
            raise ProviderOutcomeUnknown(
                f"not found {self.sent_s:.0f} s after it was sent; believed after {needed_s:.0f} s",
                provider=provider,
                operation=operation,
            )

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Around the request: it counts as sent, unless the provider certainly did not take it."""
        await self.begin()
        try:
            yield
        except (ProviderRejected, ProviderUnavailable, ProviderThrottled, ProviderUnsupported):
            await self.retract()
            raise

    @asynccontextmanager
    async def keyed(self, quiet: timedelta) -> AsyncIterator[None]:
        """
        Around a request that the provider does tell from its repetition, by a key.

        A refusal is not believed for ``quiet`` after an earlier request: that one may still be carried
        out, and what follows a refusal has another key. Raises ``ProviderOutcomeUnknown`` for so long.
        """
        try:
            async with self.sending():
                yield
        except ProviderRejected as refused:
            quiet_s = quiet.total_seconds()
            self.require_quiet(quiet_s, provider=refused.provider, operation=refused.operation)
            raise


UNFENCED = Fence()
"""For a caller that sends at most once."""
