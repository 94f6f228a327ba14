"""Manual reviews: examining a stopped process, and resolving it by maker-checker."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.roles import Caller
from domain.accounts.staff import OwnAccount, Staff
from domain.audit.record import StaffAct
from domain.ids import InvestorId, ProcessId
from domain.processes import rulings
from domain.processes.accounts import staffing
from domain.processes.decision import Process
from domain.processes.dispatch import decide
from domain.processes.facts.fact import Fact
from domain.processes.facts.review import ProposalApproved, ProposalRejected, Ruled
from domain.processes.review import proposals
from domain.review.proposal import (
    Proposal,
    ProposalNotFound,
    ProposalStage,
    ProposalStale,
    SecondPersonNeeded,
)
from domain.review.ruling import Action, ReviewNotFound, Ruling, RulingRefused
from domain.services.administration.other_addresses import OtherAddressService, completed
from domain.services.administration.search import SearchService
from domain.services.commits.processes import ProcessService
from domain.services.integration.lookups import LookupService
from domain.wallets.payout_address import PayoutAddress
from ports.clock import Clock
from ports.ids import Ids
from ports.processes import Processes, StaleVersion, Versioned, of_kind
from ports.search import Found

LOOK_UP_BY_STAFF = "inquiry by staff"
"""The cause of facts from a look-up that staff requested."""


@attrs.frozen(kw_only=True)
class Review:
    """
    A process in review, with its possible actions and its proposals.

    ``addresses`` are those to which it can be paid instead, if that is possible.
    """

    found: Found
    possible: Sequence[Action]
    proposals: Sequence[Proposal]
    addresses: Sequence[PayoutAddress]


@attrs.frozen
class ReviewService:
    _search: SearchService
    _lookups: LookupService
    _processes: Processes
    _commits: ProcessService
    _addresses: OtherAddressService
    _clock: Clock
    _ids: Ids

    async def list(self, *, before: ProcessId | None, limit: int) -> Sequence[Found]:
        return await self._search.in_review(before=before, limit=limit)

    async def show(self, process_id: ProcessId) -> Review:
        """Raises ``ReviewNotFound``."""
        found = await self._search.one(process_id)
        if found is None or not rulings.is_reviewable(found.record):
            raise ReviewNotFound
        made = await self._processes.of_investor(
            found.record.investor_id, kind=Proposal, stage=ProposalStage.OPEN.value
        )
        possible = rulings.possible(found.record)
        return Review(
            found=found,
            possible=possible,
            addresses=await self._addresses.possible(found.record, possible),
            proposals=[each.record for each in made if each.record.about == process_id],
        )

    async def inquire(self, process_id: ProcessId, *, by: Caller, reason: str) -> Found:
        """
        Look up the effects of the process at the providers now, and apply the answers.

        Raises ``ReviewNotFound`` or ``ProviderError``.
        """
        record = (await self.show(process_id)).found.record
        act = self._act(by, "inquire", reason, record.investor_id, process_id)
        await self._commits.commit_together(acting=(by.investor_id,), act=act)
        for question in rulings.questions(record):
            fact = await self._lookups.ask(question)
            if fact is not None:
                await self._commits.apply_external(process_id, fact, cause=LOOK_UP_BY_STAFF)
        found = await self._search.one(process_id)
        if found is None:
            raise ReviewNotFound
        return found

    async def propose(self, process_id: ProcessId, ruling: Ruling, *, by: Caller) -> Proposal:
        """
        Raises ``ReviewNotFound``, ``OwnAccount`` or ``RulingRefused``.

        Also ``AddressNotSaved`` or ``AddressCooling`` if it is to be paid to another address.
        """
        found = await self._in_review(process_id)
        if found.record.investor_id == by.investor_id:
            raise OwnAccount
        named = await self._addresses.named(found.record, ruling)
        ruling = completed(ruling, named)
        proposal = Proposal(
            id=self._ids.new(),
            investor_id=found.record.investor_id,
            about=process_id,
            version=found.version,
            ruling=ruling,
            proposed_by=by.investor_id,
            created_at=self._clock.now(),
        )
        _require_possible(found, _fact(proposal))
        act = self._act_on(proposal, by, "propose", ruling.reason)
        await self._commits.commit_together(
            opened=(proposals.propose(proposal),),
            acting=(by.investor_id,),
            act=act,
            unchanged=named,
        )
        return proposal

    async def approve(
        self, process_id: ProcessId, proposal_id: ProcessId, *, by: Caller, reason: str
    ) -> Proposal:
        """
        Carry out the proposal, in one commit with the approval.

        Raises ``ProposalNotFound``, ``SecondPersonNeeded``, ``OwnAccount``, ``ProposalClosed``,
        ``ProposalStale``, ``RulingRefused``, ``AddressNotSaved``, ``AddressCooling``, and the errors of
        the ledger.
        """
        loaded = await self._proposal(process_id, proposal_id)
        proposal = loaded.record
        await self._require_second(by, proposal)
        if by.investor_id == proposal.investor_id:
            raise OwnAccount
        found = await self._processes.get(process_id)
        if found is None or found.version != proposal.version:
            raise ProposalStale
        fact = _fact(proposal)
        _require_possible(found, fact)
        named = await self._addresses.named(found.record, proposal.ruling)
        approved = ProposalApproved(by=by.investor_id)
        act = self._act_on(proposal, by, "approve", reason)
        await self._commit(act, by, (loaded, approved), (found, fact), unchanged=named)
        return proposals.decide(proposal, approved).record

    async def reject(
        self, process_id: ProcessId, proposal_id: ProcessId, *, by: Caller, reason: str
    ) -> Proposal:
        """One's own too. Raises ``ProposalNotFound``, ``ProposalClosed`` or ``ProposalStale``."""
        loaded = await self._proposal(process_id, proposal_id)
        proposal = loaded.record
        rejected = ProposalRejected(by=by.investor_id, reason=reason)
        await self._commit(self._act_on(proposal, by, "reject", reason), by, (loaded, rejected))
        return proposals.decide(proposal, rejected).record

    async def _commit(
        self,
        act: StaffAct,
        by: Caller,
        *moved: tuple[Versioned[Process], Fact],
        unchanged: tuple[Versioned[Process], ...] = (),
    ) -> None:
        """Raises ``ProposalStale`` when any of the processes has changed."""
        try:
            await self._commits.commit_together(
                moved=moved, acting=(by.investor_id,), act=act, unchanged=unchanged
            )
        except StaleVersion:
            raise ProposalStale from None

    async def _proposal(self, process_id: ProcessId, proposal_id: ProcessId) -> Versioned[Proposal]:
        found = of_kind(await self._processes.get(proposal_id), Proposal)
        if found is None or found.record.about != process_id:
            raise ProposalNotFound
        found.record.require_open(at=self._clock.now())
        return found

    async def _require_second(self, by: Caller, proposal: Proposal) -> None:
        """Raises ``SecondPersonNeeded`` for the proposer and for a dependent administrator."""
        staff = of_kind(await self._processes.find(staffing.STAFF), Staff)
        is_one = by.investor_id == proposal.proposed_by
        if is_one or (staff and staff.record.are_one(by.investor_id, proposal.proposed_by)):
            raise SecondPersonNeeded

    async def _in_review(self, process_id: ProcessId) -> Versioned[Process]:
        found = await self._processes.get(process_id)
        if found is None or not rulings.is_reviewable(found.record):
            raise ReviewNotFound
        return found

    def _act_on(self, proposal: Proposal, by: Caller, action: str, reason: str) -> StaffAct:
        act = self._act(by, action, reason, proposal.investor_id, proposal.about)
        ruling = proposal.ruling.action.value
        return attrs.evolve(act, detail={"ruling": ruling, "proposal": proposal.id})

    def _act(
        self, by: Caller, action: str, reason: str, subject: InvestorId, about: ProcessId
    ) -> StaffAct:
        return StaffAct(
            actor=by.investor_id,
            action=action,
            reason=reason,
            subject=subject,
            about=about,
        )


def _fact(proposal: Proposal) -> Ruled:
    ruling = proposal.ruling
    return Ruled(
        action=ruling.action,
        reason=ruling.reason,
        evidence=ruling.evidence,
        proposal=proposal.id,
    )


def _require_possible(found: Versioned[Process], fact: Ruled) -> None:
    """Raises ``RulingRefused``."""
    if decide(found.record, fact).record == found.record:
        raise RulingRefused
