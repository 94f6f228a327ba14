"""Runs one claimed job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.ids import process_of
from domain.processes.dispatch import awaits
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction, LookUp, LookupKind
from domain.processes.retry_policy import RetryPolicy
from domain.services.commits.processes import DECISIONS_MAX, ProcessService
from domain.services.integration.effects import EffectService
from domain.services.integration.job_endings import AbandonedEffect, JobEndings, JobParked
from domain.services.integration.lookups import LookupService
from ports.errors import (
    AmountTooSmall,
    FundsMissing,
    ProviderDenied,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnsupported,
    ProviderWalletFrozen,
)
from ports.fence import Fence
from ports.inbound import UnreadableMessage, Webhooks
from ports.jobs import ROOM_FOR_ALL, Job, Jobs, Lane, Unreadable
from ports.processes import LeaseLost, Message, StaleVersion

UNREADABLE_RETRY_S = 3600.0
READINGS_MAX = 24

FROZEN_ATTEMPTS_MAX = 21_600
"""How often a payment from a frozen wallet is tried: for 30 days at the longest wait between tries."""

OPEN_ENDED = frozenset({LookupKind.ORDER, LookupKind.BROKER_ACCOUNT, LookupKind.OFFRAMP_ACCOUNT})
"""Look-ups that depend on the market or a person: repeated as long as the provider knows the effect."""


@attrs.frozen
class JobService:
    """
    A job ends in one of three ways.

    Its fact is committed with it, the outcome of its effect is declared unknown so that a person takes over
    its process, or it is parked so that a person takes over the job. Until then it is postponed, a bounded
    number of times, whatever it raises.
    """

    _jobs: Jobs
    _endings: JobEndings
    _effects: EffectService
    _lookups: LookupService
    _processes: ProcessService
    _webhooks: Mapping[str, Webhooks]
    _retries: RetryPolicy

    async def claim(
        self, *, limit: int, lease_s: float, rooms: Mapping[Lane, int] = ROOM_FOR_ALL
    ) -> Sequence[Job]:
        return await self._jobs.claim(limit=limit, lease_s=lease_s, rooms=rooms)

    async def run(self, job: Job) -> AbandonedEffect | None:
        """
        Run the job. Returns the fact with which an effect was abandoned, if it was.

        Raises ``JobParked``, and ``LeaseLost`` when the job was claimed again meanwhile. Any other error is
        a defect, and the job was postponed.
        """
        try:
            return await self._run(job)
        except (LeaseLost, JobParked):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is raised is counted
            return await self._endings.after(job, error)

    async def _run(self, job: Job) -> AbandonedEffect | None:
        if job.tries > self._retries.attempts_max:
            return await self._endings.give_up(job, "every try was interrupted")
        match job.work:
            case Unreadable(detail=detail):
                await self._read_later(job, UnreadableMessage(detail))
            case Message():
                await self._read(job, job.work)
            case LookUp():
                return await self._look_up(job, job.work)
            case _:
                return await self._carry_out(job, job.work)
        return None

    async def _read(self, job: Job, message: Message) -> None:
        try:
            inbound_facts = await self._source(message).translate(message)
        except UnreadableMessage as error:
            await self._read_later(job, error)
            return
        if not inbound_facts:
            await self._processes.complete_job(job.claim)
            return
        *others, last = inbound_facts
        for inbound in others:
            await self._processes.apply_external(inbound.about, inbound.fact, cause=job.id)
        await self._processes.apply_external(last.about, last.fact, cause=job.id, done=job.claim)

    def _source(self, message: Message) -> Webhooks:
        """Raises ``UnreadableMessage`` for a source that is no longer configured."""
        webhooks = self._webhooks.get(message.source)
        if webhooks is None:
            raise UnreadableMessage(f"the source {message.source} is no longer configured")
        return webhooks

    async def _read_later(self, job: Job, error: UnreadableMessage) -> None:
        """A new release may be able to read it. Raises ``JobParked``."""
        await self._endings.retry(job, error, tries_max=READINGS_MAX, wait_s=UNREADABLE_RETRY_S)

    async def _carry_out(self, job: Job, instruction: Instruction) -> AbandonedEffect | None:
        fact: Fact | None
        try:
            fact = await self._performed(job, instruction)
        except (ProviderRejected, ProviderUnsupported) as error:
            fact = EffectRefused(
                reference=instruction.reference,
                reason=error.detail,
                final=isinstance(error, ProviderDenied | ProviderUnsupported),
                is_too_small=isinstance(error, AmountTooSmall),
                is_temporary=isinstance(error, FundsMissing),
            )
        except ProviderWalletFrozen as error:
            return await self._endings.wait(job, error, attempts_max=FROZEN_ATTEMPTS_MAX)
        except ProviderError as error:
            if job.tries < self._retries.attempts_max:
                raise
            fact = EffectUnknown(reference=instruction.reference, reason=error.detail)
        if fact is None:
            await self._processes.complete_job(job.claim)
            return None
        await self._endings.conclude(job, instruction.reference, fact)
        return fact if isinstance(fact, AbandonedEffect) else None

    async def _performed(self, job: Job, instruction: Instruction) -> Fact | None:
        """A refused look-up says nothing about what an earlier try has done."""
        try:
            return await self._effects.perform(
                instruction,
                attempt=job.attempts,
                issued_at=job.created_at,
                fence=self._fence(job),
            )
        except ProviderRejected as refused:
            if refused.of_read and job.attempts > 1:
                raise _unknown(refused) from refused
            raise

    def _fence(self, job: Job) -> Fence:
        async def begin() -> None:
            if not await self._jobs.mark_sent(job.claim):
                raise LeaseLost(f"attempt {job.attempts} of {job.id}")

        async def retract() -> None:
            await self._jobs.unmark_sent(job.claim, sent_at=job.sent_at)

        return Fence(
            sent_s=job.sent_s, begin=begin, retract=retract, scale=self._retries.quiet_scale
        )

    async def _look_up(self, job: Job, lookup: LookUp) -> AbandonedEffect | None:
        """Repeat the look-up until the process has moved on, or until too many tries told nothing."""
        if await self._has_ended(job, lookup):
            return None
        error, fact = None, None
        try:
            fact = await self._lookups.ask(lookup)
        except ProviderError as failed:
            error = failed
        if fact is not None:
            await self._processes.apply_external(process_of(lookup.reference), fact, cause=job.id)
            if await self._has_ended(job, lookup):
                return None
        is_open = fact is not None and lookup.subject in OPEN_ENDED
        if is_open or job.tries < self._retries.lookups_max:
            wait_s = self._retries.before_lookup(job.tries)
            await self._endings.postpone(job, wait_s, error, has_progressed=is_open)
            return None
        reason = f"no outcome for too long: {error.detail}" if error else "no outcome for too long"
        unknown = EffectUnknown(reference=lookup.about, reason=reason)
        await self._endings.conclude(job, lookup.about, unknown)
        return unknown

    async def _has_ended(self, job: Job, lookup: LookUp) -> bool:
        """End the look-up if its process does not wait for the outcome, by the version that says so."""
        for _ in range(DECISIONS_MAX):
            found = await self._lookups.process(lookup)
            if found is not None and awaits(found.record, lookup.about):
                return False
            try:
                await self._processes.complete_job(job.claim, *([found] if found else []))
            except StaleVersion:
                continue
            return True
        raise StaleVersion


def _unknown(refused: ProviderRejected) -> ProviderOutcomeUnknown:
    """An earlier try may have gone through: a refused look-up does not say that it has not."""
    return ProviderOutcomeUnknown(
        f"the look-up was refused: {refused.detail}",
        provider=refused.provider,
        operation=refused.operation,
    )
