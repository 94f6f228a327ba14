"""Applies facts to the processes they are about, and commits what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from domain.audit.record import AuditRecord, StaffAct
from domain.errors import DomainError
from domain.ids import FIRM, InvestorId, JobId, LookupKey, ProcessId, Reference
from domain.ledger.entry import Entry, InsufficientFunds
from domain.limits import LimitExceeded, Tier
from domain.processes.decision import Decision, Process
from domain.processes.dispatch import decide, takes_back
from domain.processes.facts.effects import LedgerRefused, ProcessOpened
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import TransferHeld, TransferSeen
from domain.processes.retry_policy import RetryPolicy
from domain.services.commits.arrivals import ArrivalService
from domain.services.commits.debts import DebtService
from domain.services.commits.limits import LimitService
from domain.services.commits.steps import is_unchanged, step_of, with_entries
from domain.services.commits.units import unit_of
from ports.clock import Clock
from ports.counts import CountLimit
from ports.errors import StoreUnavailable
from ports.idempotency import IdempotencyRecord, MakeRecord
from ports.job_signal import JobSignal
from ports.processes import (
    REQUEST,
    Claim,
    LeaseLost,
    LookupKeyTaken,
    Processes,
    StaleVersion,
    Step,
    UnitOfWork,
    Versioned,
)
from ports.request_context import CurrentRequest

DECISIONS_MAX = 16
"""How often a fact is decided on again because its process has changed meanwhile."""


@attrs.frozen
class ProcessService:
    """Load, decide, commit; if the process has changed meanwhile, start again."""

    _processes: Processes
    _arrivals: ArrivalService
    _clock: Clock
    _job_signal: JobSignal
    _retries: RetryPolicy
    _current_request: CurrentRequest
    _limits: LimitService
    _debts: DebtService

    async def open(
        self,
        *decisions: Decision[Any],
        idempotency: MakeRecord | None = None,
        tier: Tier | None = None,
        unchanged: tuple[Versioned[Process], ...] = (),
        counts: tuple[CountLimit, ...] = (),
    ) -> None:
        """
        Open processes in one commit, with the idempotency record of the request.

        Those that consume limits are bound by the limits of ``tier``. Their owners must be active.
        Raises what ``Processes.commit`` raises, such as ``StaleVersion`` when one of ``unchanged`` has
        changed.
        """
        at = self._clock.now()
        steps = tuple(self._step(None, decision, ProcessOpened(), at) for decision in decisions)
        unit = unit_of(
            steps, at=at, context=self._current_request.current(), idempotency=idempotency
        )
        owners = {step.record.investor_id for step in steps} - {FIRM}
        usage = self._limits.usage_of_new(steps, tier=tier)
        await self._commit(
            attrs.evolve(
                unit, acting=tuple(owners), usage=usage, unchanged=unchanged, counts=counts
            )
        )
        await self._job_signal.notify()

    async def commit_together(
        self,
        *,
        opened: Sequence[Decision[Any]] = (),
        moved: Sequence[tuple[Versioned[Process], Fact]] = (),
        audit: tuple[AuditRecord, ...] = (),
        emptied: tuple[InvestorId, ...] = (),
        acting: tuple[InvestorId, ...] = (),
        unchanged: tuple[Versioned[Process], ...] = (),
        counts: tuple[CountLimit, ...] = (),
        act: StaffAct | None = None,
        resumed: JobId | None = None,
        entries: tuple[Entry, ...] = (),
    ) -> None:
        """
        Open some processes and move others, as they were loaded, in one commit.

        ``act`` is set when staff do it and not the owner. ``unchanged`` is what else it was judged on,
        ``resumed`` a parked job that is due again. ``entries`` are posted with the last step.
        Raises what ``Processes.commit`` raises.
        """
        at = self._clock.now()
        steps = with_entries(
            entries,
            *(self._step(None, decision, ProcessOpened(), at) for decision in opened),
            *(self._step(found, decide(found.record, fact), fact, at) for found, fact in moved),
        )
        unit = unit_of(steps, at=at, context=self._current_request.current(), act=act)
        unit = attrs.evolve(unit, emptied=emptied, acting=acting, unchanged=unchanged)
        before = [found.record for found, _ in moved]
        usage = await self._limits.usage_of_steps(steps[len(opened) :], before=before)
        unit = attrs.evolve(unit, audit=(*unit.audit, *audit), usage=usage, counts=counts)
        await self._commit(attrs.evolve(unit, resumed=resumed))
        if resumed or any(step.tasks for step in steps):
            await self._job_signal.notify()

    async def apply(
        self,
        about: ProcessId | LookupKey,
        fact: Fact,
        *,
        cause: str = REQUEST,
        done: Claim | None = None,
        idempotency: MakeRecord | None = None,
    ) -> Process | None:
        """
        Decide on one fact and commit, with the end of the claim ``done`` or an idempotency record.

        ``cause`` is recorded: the job, stream event or poll that brought the fact.
        Returns the process as it is afterwards, or ``None`` when the fact is about no known process.
        A fact that changes nothing only ends the job; one that may take something back must have been
        decided on the newest record then, too.
        """
        for _ in range(DECISIONS_MAX):
            try:
                return await self._apply_once(about, fact, cause, done, idempotency)
            except (StaleVersion, LookupKeyTaken):
                continue
            except InsufficientFunds:
                if not isinstance(fact, TransferSeen):
                    raise  # else another arrival was faster and took the same dust
            except LimitExceeded as error:
                if not isinstance(fact, TransferSeen):
                    raise
                fact = TransferHeld.of(fact, reason=error.detail)
        raise StaleVersion

    async def apply_external(
        self,
        about: ProcessId | LookupKey,
        fact: Fact,
        *,
        cause: str,
        done: Claim | None = None,
    ) -> None:
        """
        Apply a fact that has happened, even if the ledger refuses to post it.

        Then the process goes to manual review if the fact is about an effect of ours; else the refusal
        is raised.
        """
        try:
            await self.apply(about, fact, cause=cause, done=done)
        except (StoreUnavailable, StaleVersion, LeaseLost):
            raise
        except DomainError as error:
            ref: Reference | None = getattr(fact, "reference", None)
            if ref is None:
                raise
            refused = LedgerRefused(reference=ref, reason=f"the ledger refused: {error.detail}")
            await self.apply(about, refused, cause=cause, done=done)

    async def store_result(self, idempotency: IdempotencyRecord) -> None:
        """Commit the response to a request that changed nothing. Raises ``KeyUsed``."""
        await self._processes.commit(UnitOfWork(at=self._clock.now(), idempotency=idempotency))

    async def complete_job(self, claim: Claim, *decided_on: Versioned[Process]) -> None:
        """
        End a job that has no result.

        Raises ``LeaseLost``, and ``StaleVersion`` when what it was decided on has changed.
        """
        unit = UnitOfWork(at=self._clock.now(), done=claim, unchanged=decided_on)
        await self._processes.commit(unit)

    async def _apply_once(
        self,
        about: ProcessId | LookupKey,
        fact: Fact,
        cause: str,
        done: Claim | None,
        idempotency: MakeRecord | None,
    ) -> Process | None:
        at = self._clock.now()
        found = await self._load(about)
        unchanged: tuple[Versioned[Process], ...] = ()
        if isinstance(fact, TransferSeen):
            arrival = await self._arrivals.judge(fact, found, cause=cause, done=done)
            if arrival is None:
                return None
            found, fact, unchanged = arrival.deposit, arrival.fact, arrival.unchanged
        if found is None:
            if done:
                await self.complete_job(done)
            return None
        decision = decide(found.record, fact)
        if is_unchanged(found, decision):
            await self._change_nothing(found, fact, at=at, done=done)
            return found.record
        step, context = self._step(found, decision, fact, at), self._current_request.current()
        unit = unit_of(
            (step,), at=at, context=context, cause=cause, done=done, idempotency=idempotency
        )
        usage = await self._limits.usage_of_step(step, before=found.record)
        await self._commit(attrs.evolve(unit, usage=usage, unchanged=unchanged))
        if step.tasks:
            await self._job_signal.notify()
        return step.record

    async def _change_nothing(
        self, found: Versioned[Process], fact: Fact, *, at: datetime, done: Claim | None
    ) -> None:
        """Raises ``StaleVersion`` when the fact may change the record that there is by now."""
        if done or takes_back(found.record, fact):
            await self._processes.commit(UnitOfWork(at=at, done=done, unchanged=(found,)))

    async def _commit(self, unit: UnitOfWork) -> None:
        try:
            await self._debts.commit(unit)
        except LimitExceeded:
            raise await self._limits.explained(unit.usage) from None

    async def _load(self, about: ProcessId | LookupKey) -> Versioned[Process] | None:
        store = self._processes
        return await (store.find(about) if isinstance(about, LookupKey) else store.get(about))

    def _step(
        self, found: Versioned[Process] | None, decision: Decision[Any], fact: Fact, at: datetime
    ) -> Step:
        return step_of(found, decision, fact, at=at, retries=self._retries)
