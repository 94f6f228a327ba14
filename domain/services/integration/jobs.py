"""Runs one claimed job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.errors import DomainError, Kind, Severity, name_of
from domain.ids import ProcessId, process_of
from domain.processes.facts.effects import EffectRefused, EffectUnknown
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction, LookUp, LookupKind
from domain.processes.retry_policy import RetryPolicy
from domain.services.commits.processes import ProcessService
from domain.services.integration.effects import EffectService
from domain.services.integration.lookups import LookupService
from ports.errors import (
    ProviderDenied,
    ProviderError,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnsupported,
)
from ports.ids import Ids
from ports.inbound import UnreadableMessage, Webhooks
from ports.jobs import Job, Jobs
from ports.processes import Message

UNREADABLE_RETRY_S = 3600.0
READINGS_MAX = 24
PARKED_S = 100 * 365 * 86_400.0
"""Effectively for ever: a parked message is not claimed again, but stays visible."""

OPEN_ENDED = frozenset({LookupKind.ORDER, LookupKind.BROKER_ACCOUNT, LookupKind.OFFRAMP_ACCOUNT})
"""Look-ups that depend on the market or a person: repeated as long as the provider knows the effect."""


AbandonedEffect = EffectRefused | EffectUnknown


class MessageParked(DomainError):
    """A provider's message could not be read after many tries. It is parked for manual inspection."""

    code = "ERR_4302"
    slug = "message-parked"
    kind = Kind.VALIDATION
    severity = Severity.ERROR


@attrs.frozen
class JobService:
    """
    A job ends in one of three ways.

    Its fact is committed with it, it is postponed, or a person takes over because the outcome of its
    effect is declared unknown or its message is parked.
    """

    _jobs: Jobs
    _effects: EffectService
    _lookups: LookupService
    _processes: ProcessService
    _webhooks: Mapping[str, Webhooks]
    _ids: Ids
    _retries: RetryPolicy

    async def claim(self, *, limit: int, lease_s: float) -> Sequence[Job]:
        return await self._jobs.claim(limit=limit, lease_s=lease_s)

    async def run(self, job: Job) -> AbandonedEffect | None:
        """
        Run the job.

        Raises ``MessageParked``, and ``LeaseLost`` when the job was claimed again meanwhile; any other
        error is a defect.

        Returns the fact with which an effect was abandoned, if it was.
        """
        try:
            match job.work:
                case Message():
                    await self._read(job, job.work)
                case LookUp():
                    await self._look_up(job, job.work)
                case _:
                    return await self._carry_out(job, job.work)
        except DomainError as error:
            if not error.retryable:
                raise
            await self._later(job, self._retries.before_retry(job.attempts), error)
        return None

    async def _read(self, job: Job, message: Message) -> None:
        try:
            inbound_facts = await self._source(message).translate(message)
        except UnreadableMessage as error:
            await self._read_later(job, UNREADABLE_RETRY_S, error, most=READINGS_MAX)
            return
        except ProviderError as error:
            wait_s = self._retries.before_retry(job.attempts)
            await self._read_later(job, wait_s, error, most=self._retries.attempts_max)
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

    async def _read_later(self, job: Job, wait_s: float, error: DomainError, *, most: int) -> None:
        """Raises ``MessageParked`` after ``most`` reads."""
        if job.attempts < most:
            await self._later(job, wait_s, error)
            return
        parked = MessageParked(f"{job.id}, read {job.attempts} times: {error.detail}")
        await self._later(job, PARKED_S, parked)
        raise parked from error

    async def _carry_out(self, job: Job, instruction: Instruction) -> AbandonedEffect | None:
        fact: Fact | None
        if job.attempts > self._retries.attempts_max:
            unknown = EffectUnknown(
                reference=instruction.reference, reason="every attempt was interrupted"
            )
            await self._conclude(job, process_of(instruction.reference), unknown)
            return unknown
        try:
            fact = await self._effects.perform(
                instruction, attempt=job.attempts, issued_at=job.created_at
            )
        except (ProviderRejected, ProviderUnsupported) as error:
            is_final = isinstance(error, ProviderDenied | ProviderUnsupported)
            fact = EffectRefused(
                reference=instruction.reference, reason=error.detail, final=is_final
            )
        except ProviderError as error:
            if job.attempts < self._retries.attempts_max:
                await self._later(job, self._wait_s(job, error), error)
                return None
            fact = EffectUnknown(reference=instruction.reference, reason=error.detail)
        await self._conclude(job, process_of(instruction.reference), fact)
        return fact if isinstance(fact, AbandonedEffect) else None

    async def _look_up(self, job: Job, lookup: LookUp) -> None:
        """Repeat the look-up until the process has moved on."""
        if not await self._lookups.still_matters(lookup):
            await self._processes.complete_job(job.claim)
            return
        try:
            fact = await self._lookups.ask(lookup)
        except ProviderError as error:
            await self._later(job, self._retries.before_lookup(job.attempts), error)
            return
        if fact is not None:
            await self._processes.apply_external(process_of(lookup.reference), fact, cause=job.id)
        is_open = fact is not None and lookup.subject in OPEN_ENDED
        if not await self._lookups.still_matters(lookup):
            await self._processes.complete_job(job.claim)
        elif is_open or job.attempts < self._retries.lookups_max:
            await self._later(job, self._retries.before_lookup(job.attempts), None)
        else:
            unknown = EffectUnknown(reference=lookup.about, reason="no outcome for too long")
            await self._conclude(job, process_of(lookup.reference), unknown)

    async def _conclude(self, job: Job, process_id: ProcessId, fact: Fact | None) -> None:
        """Commit the fact and the job's end together."""
        if fact is None:
            await self._processes.complete_job(job.claim)
        else:
            await self._processes.apply_external(process_id, fact, cause=job.id, done=job.claim)

    def _wait_s(self, job: Job, error: ProviderError) -> float:
        wait_s = self._retries.before_retry(job.attempts)
        if isinstance(error, ProviderThrottled):
            wait_s = max(wait_s, error.retry_after_s)
        return wait_s * (1 + self._ids.fraction() / 4)

    async def _later(self, job: Job, wait_s: float, error: DomainError | None) -> None:
        reason = f"{name_of(type(error))}: {error.detail}" if error else "no outcome yet"
        await self._jobs.postpone(job.claim, wait_s=wait_s, reason=reason)
