"""An investor's tier, its limits, and what is left of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import attrs

from domain.accounts.onboarding import Onboarding
from domain.ids import InvestorId
from domain.limits import (
    Activity,
    Headroom,
    LimitConsumption,
    LimitDelta,
    LimitExceeded,
    Limits,
    Period,
    Tier,
)
from domain.money import Money
from domain.processes import limit_usage
from domain.processes.accounts import onboarding
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
        """The limits of every tier."""
        return self._limits

    async def tier(self, investor_id: InvestorId) -> Tier:
        """The investor's tier: the lowest, until an administrator assigns another."""
        found = of_kind(await self._processes.find(onboarding.name_of(investor_id)), Onboarding)
        return found.record.tier if found else Tier.BASIC

    async def headrooms(self, investor_id: InvestorId) -> tuple[Tier, Sequence[Headroom]]:
        """The investor's tier, and the current headroom of each limit."""
        at = self._clock.now()
        tier = await self.tier(investor_id)
        periods = [period.key(at) for period in Period]
        used = await self._usage.used(investor_id, periods=periods)
        return tier, tuple(self._limits.headrooms(tier, used, at=at))

    async def require_headroom(
        self, investor_id: InvestorId, activity: Activity, amount: Money
    ) -> None:
        """Count nothing, but raise ``LimitExceeded`` if the amount exceeds a limit now."""
        _, headrooms = await self.headrooms(investor_id)
        for headroom in headrooms:
            if headroom.activity is activity and amount > headroom.remaining:
                raise LimitExceeded(headroom)

    def counting(self, amount: Money) -> LimitConsumption:
        """The amount, counted from now on."""
        return LimitConsumption(amount=amount, at=self._clock.now())

    def usage_of_new(self, steps: Iterable[Step], *, tier: Tier | None) -> tuple[LimitDelta, ...]:
        """The use by new processes, bound by the limits of ``tier``."""
        changes = [change for step in steps if (change := limit_usage.change(None, step.record))]
        if changes and tier is None:
            raise AssertionError("what counts is begun under the limits of somebody's tier")
        return self._lines(changes, tier)

    async def usage_of_step(self, step: Step, *, before: Process) -> tuple[LimitDelta, ...]:
        """
        The use by a step, or what it gives back.

        Only an arrived deposit can still be stopped before it is converted; other events are not bound.
        """
        change = limit_usage.change(before, step.record)
        if change is None:
            return ()
        can_wait = isinstance(step.fact, TransferSeen)
        tier = await self.tier(change.investor_id) if can_wait else None
        return self._lines([change], tier)

    async def usage_of_steps(
        self, steps: Sequence[Step], *, before: Sequence[Process]
    ) -> tuple[LimitDelta, ...]:
        """The use by each step, as ``usage_of_step`` tells it."""
        changes = [
            await self.usage_of_step(step, before=each)
            for step, each in zip(steps, before, strict=True)
        ]
        return tuple(itertools.chain.from_iterable(changes))

    def _lines(self, changes: Iterable[Change], tier: Tier | None) -> tuple[LimitDelta, ...]:
        """A delta for each day and month. An amount that is given back is never bound."""
        return tuple(
            LimitDelta(
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

    async def explained(self, usage: Sequence[LimitDelta]) -> LimitExceeded:
        """
        The error for a refused ``usage``, with the limit that it exceeds.

        The commit reports only that there is one. If none is exceeded any more, the tightest limit is used.
        """
        first, *_ = usage
        _, headrooms = await self.headrooms(first.investor_id)
        headrooms = [headroom for headroom in headrooms if headroom.activity is first.activity]
        return LimitExceeded(min(headrooms, key=lambda headroom: headroom.remaining.minor))
