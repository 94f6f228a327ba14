"""An investor's tier, what it allows, and what is left of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from domain.accounts.onboarding import ONBOARDING, Onboarding
from domain.ids import InvestorId, ProviderRef
from domain.limits import (
    Activity,
    Counted,
    LimitExceeded,
    Limits,
    Period,
    Room,
    Tier,
    Usage,
)
from domain.money import Money
from domain.processes import limit_usage
from domain.processes.decision import Process
from domain.processes.facts.funding import TransferSeen
from domain.processes.limit_usage import Change
from ports.clock import Clock
from ports.limits import LimitUsage
from ports.processes import Processes, Step, of_kind


@attrs.frozen
class LimitService:
    _processes: Processes
    _usage: LimitUsage
    _limits: Limits
    _clock: Clock

    @property
    def of_tiers(self) -> Limits:
        """What every tier allows."""
        return self._limits

    async def tier(self, investor_id: InvestorId) -> Tier:
        """The only place that says which tier an investor has: the lowest, until somebody says more."""
        name = ProviderRef(ONBOARDING, investor_id)
        found = of_kind(await self._processes.find(name), Onboarding)
        return found.record.tier if found else Tier.BASIC

    async def rooms(self, investor_id: InvestorId) -> tuple[Tier, Sequence[Room]]:
        """The investor's tier, and where they stand with each of its limits now."""
        at = self._clock.now()
        tier = await self.tier(investor_id)
        periods = [period.key(at) for period in Period]
        used = await self._usage.used(investor_id, periods=periods)
        return tier, tuple(self._limits.rooms(tier, used, at=at))

    async def require_room(
        self, investor_id: InvestorId, activity: Activity, amount: Money
    ) -> None:
        """Count nothing, but raise ``LimitExceeded`` if so much could not be counted now."""
        _, rooms = await self.rooms(investor_id)
        for room in rooms:
            if room.activity is activity and amount > room.remaining:
                raise LimitExceeded(room)

    def counting(self, amount: Money) -> Counted:
        """So much, counted from now on."""
        return Counted(amount=amount, at=self._clock.now())

    def begun_by(self, steps: Iterable[Step], *, tier: Tier | None) -> tuple[Usage, ...]:
        """What processes use that begin, bound by the limits of ``tier``."""
        changes = [change for step in steps if (change := limit_usage.change(None, step.record))]
        if changes and tier is None:
            raise AssertionError("what counts is begun under the limits of somebody's tier")
        return self._lines(changes, tier)

    async def used_by(self, step: Step, *, before: Process) -> tuple[Usage, ...]:
        """
        What a step uses or gives back.

        Only an arrival can still be stopped, before it is converted; nothing binds what has happened.
        """
        change = limit_usage.change(before, step.record)
        if change is None:
            return ()
        can_wait = isinstance(step.fact, TransferSeen)
        tier = await self.tier(change.investor_id) if can_wait else None
        return self._lines([change], tier)

    def _lines(self, changes: Iterable[Change], tier: Tier | None) -> tuple[Usage, ...]:
        """A line for each day and month. What is given back is never bound."""
        return tuple(
            Usage(
                investor_id=change.investor_id,
                activity=change.activity,
                period=period.key(change.at),
                amount=change.amount,
                allowed=(
                    self._limits.allowed(tier, change.activity, period)
                    if tier and change.amount.is_positive
                    else None
                ),
            )
            for change in changes
            for period in Period
        )

    async def explained(self, usage: Sequence[Usage]) -> LimitExceeded:
        """
        The refusal of ``usage``, with the limit that it is over.

        The commit says only that there is one. If meanwhile there is room again, it is the tightest.
        """
        first, *_ = usage
        _, rooms = await self.rooms(first.investor_id)
        rooms = [room for room in rooms if room.activity is first.activity]
        return LimitExceeded(min(rooms, key=lambda room: room.remaining.minor))
