"""Breaks and runs of reconciliation, for staff; the firm's capital is recorded as a healed break."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.investor import InvestorNotFound
from domain.accounts.roles import Caller
from domain.audit.record import StaffAct
from domain.ids import FIRM, InvestorId, ProcessId
from domain.ledger.templates.healing import Healing
from domain.money import USD, USDC, Money
from domain.processes.facts.reconciliation import BreakAssigned
from domain.processes.kinds import kind_of
from domain.processes.operations import breaks
from domain.processes.review import proposals
from domain.reconciliation.break_record import Break, BreakNotFound, BreakStage, InvalidCapital
from domain.reconciliation.difference import BreakClass, Place
from domain.reconciliation.run import ReconciliationRun, RunStage
from domain.review.proposal import Proposal, ProposalStage
from domain.review.ruling import Action, Evidence, Ruling
from domain.services.administration.staff import StaffService
from domain.services.commits.processes import ProcessService
from ports.clock import Clock
from ports.ids import Ids
from ports.processes import PAGE_MAX, Processes, of_kind
from ports.search import Found, Search

PAGES_MAX = 20
"""How many pages are looked through for breaks of one place or class."""
CAPITAL_PLACES = {USD: Place.BROKER, USDC: Place.CUSTODIAN}
"""Where the firm keeps its own money, by asset."""


@attrs.frozen(kw_only=True)
class WantedBreaks:
    """A filter; ``None`` means all."""

    stage: BreakStage | None = None
    place: Place | None = None
    cls: BreakClass | None = None
    owner: InvestorId | None = None

    def fits(self, found: Found) -> bool:
        record = found.record
        return (
            isinstance(record, Break)
            and self.stage in {None, record.stage}
            and self.place in {None, record.place}
            and self.cls in {None, record.cls}
            and self.owner in {None, record.investor_id}
        )


@attrs.frozen(kw_only=True)
class BreakSheet:
    """A break and its open proposals."""

    found: Found
    proposals: Sequence[Proposal]


@attrs.frozen
class BreakService:
    _search: Search
    _processes: Processes
    _commits: ProcessService
    _staff: StaffService
    _clock: Clock
    _ids: Ids

    async def list(
        self, wanted: WantedBreaks, *, before: ProcessId | None, limit: int
    ) -> Sequence[Found]:
        """Newest first, older than ``before``."""
        fitting: list[Found] = []
        for _ in range(PAGES_MAX):
            page = await self._page(wanted, before)
            fitting += [each for each in page if wanted.fits(each)]
            if len(page) < PAGE_MAX or len(fitting) >= limit:
                break
            before = page[-1].record.id
        return fitting[:limit]

    async def show(self, break_id: ProcessId) -> BreakSheet:
        """Raises ``BreakNotFound``."""
        found = next(iter(await self._search.by_id([break_id])), None)
        if found is None or not isinstance(found.record, Break):
            raise BreakNotFound
        made = await self._processes.of_investor(
            found.record.investor_id, kind=Proposal, stage=ProposalStage.OPEN.value
        )
        about = [each.record for each in made if each.record.about == break_id]
        return BreakSheet(found=found, proposals=about)

    async def assign(
        self, break_id: ProcessId, to: InvestorId, *, by: Caller, reason: str
    ) -> BreakSheet:
        """Make a member of staff responsible. Raises ``BreakNotFound`` or ``InvestorNotFound``."""
        found = of_kind(await self._processes.get(break_id), Break)
        if found is None:
            raise BreakNotFound
        if to not in await self._staff.members():
            raise InvestorNotFound
        act = _act(by, "assign", reason, found.record)
        await self._commits.commit_together(
            moved=((found, BreakAssigned(to=to)),), acting=(by.investor_id,), act=act
        )
        return await self.show(break_id)

    async def propose_capital(self, amount: Money, *, by: Caller, reason: str) -> Proposal:
        """
        Propose to record capital put in (negative: taken out), where its asset is kept.

        Another administrator must approve it. Raises ``InvalidCapital``.
        """
        place = CAPITAL_PLACES.get(amount.asset)
        if place is None or not amount:
            raise InvalidCapital(field="amount")
        now, break_id = self._clock.now(), self._ids.new()
        declared = Break(
            id=break_id,
            investor_id=FIRM,
            place=place,
            cls=BreakClass.MISSING,
            key=f"declared:{break_id}",
            amount=amount,
            first_seen_at=now,
            is_declared=True,
        )
        evidence = Evidence(healing=Healing.CAPITAL)
        proposal = Proposal(
            id=self._ids.new(),
            investor_id=FIRM,
            about=break_id,
            version=1,
            ruling=Ruling(action=Action.HEAL, reason=reason, evidence=evidence),
            proposed_by=by.investor_id,
            created_at=now,
        )
        await self._commits.commit_together(
            opened=(breaks.notice(declared), proposals.propose(proposal)),
            acting=(by.investor_id,),
            act=_act(by, "capital", reason, declared),
        )
        return proposal

    async def runs(self, *, before: ProcessId | None, limit: int) -> Sequence[Found]:
        """The runs of reconciliation, newest first."""
        stages = {kind_of(ReconciliationRun): [stage.value for stage in RunStage]}
        return await self._search.in_stages(stages, before=before, limit=limit)

    async def _page(self, wanted: WantedBreaks, before: ProcessId | None) -> Sequence[Found]:
        stage = wanted.stage.value if wanted.stage else None
        if wanted.owner is not None:
            return await self._search.of_investor(
                wanted.owner, kind=Break, stage=stage, before=before, limit=PAGE_MAX
            )
        stages = [stage] if stage else [each.value for each in BreakStage]
        return await self._search.in_stages({kind_of(Break): stages}, before=before, limit=PAGE_MAX)


def _act(by: Caller, action: str, reason: str, about: Break) -> StaffAct:
    return StaffAct(
        actor=by.investor_id,
        action=action,
        reason=reason,
        subject=about.investor_id,
        about=about.id,
        detail={"place": about.place.value, "amount": str(about.amount)},
    )
