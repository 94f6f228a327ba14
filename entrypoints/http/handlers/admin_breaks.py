"""Breaks between our ledger and the world, and the firm's capital, for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from aiohttp import web

from domain.ids import InvestorId, ProcessId
from domain.ledger.templates.healing import Healing
from domain.money import Asset, Money
from domain.reconciliation.break_record import Break, BreakNotFound, BreakStage
from domain.reconciliation.difference import BreakClass, Place
from domain.reconciliation.run import ReconciliationRun, RunScope, RunStage
from domain.review.ruling import Action, Evidence, Ruling
from domain.services.administration.breaks import CAPITAL_PLACES, WantedBreaks
from entrypoints.http import filters, parsing
from entrypoints.http.app_keys import CLOCK, SESSION, application
from entrypoints.http.bodies import answer, path_id, read
from entrypoints.http.handlers import admin_reviews
from entrypoints.http.handlers.admin_reviews import ProposalView
from entrypoints.http.paging import answer_page, page_of
from ports.search import Found

_ASSETS: dict[str, Asset] = {asset.code: asset for asset in CAPITAL_PLACES}


@attrs.frozen(kw_only=True)
class AssignBody:
    """``assignee`` is the id of a member of staff."""

    assignee: InvestorId
    reason: parsing.Reason


@attrs.frozen(kw_only=True)
class HealBody:
    """``heal`` posts the difference, as ``healing`` says whose it is; ``explain`` keeps it as known."""

    action: Action
    reason: parsing.Reason
    healing: Healing | None = None

    def ruling(self) -> Ruling:
        """Raises ``EvidenceNeeded``."""
        evidence = Evidence(healing=self.healing)
        ruling = Ruling(action=self.action, reason=self.reason, evidence=evidence)
        ruling.require_evidence()
        return ruling


@attrs.frozen(kw_only=True)
class CapitalBody:
    """``USD`` at the broker or ``USDC`` in the treasury; ``amount`` is negative when taken out."""

    asset: str
    amount: parsing.DecimalText
    reason: parsing.Reason


@attrs.frozen(kw_only=True)
class BreakView:
    """
    A break; ``amount`` is what the provider holds more than our ledger says, negative when less.

    ``about`` is the process that it is about, ``evidence`` are ids at the provider and keys of our entries.
    """

    id: ProcessId
    owner: str
    place: Place
    cls: BreakClass
    stage: BreakStage
    asset: str
    amount: Money
    about: ProcessId | None
    what: str | None
    evidence: Sequence[str]
    assignee: InvestorId | None
    healing: Healing | None
    reason: str | None
    first_seen_at: datetime
    moved_at: datetime

    @classmethod
    def of(cls, found: Found) -> BreakView:
        record = found.record
        if not isinstance(record, Break):
            raise TypeError("only breaks are listed here")
        return cls(
            id=record.id,
            owner=record.investor_id,
            place=record.place,
            cls=record.cls,
            stage=record.stage,
            asset=str(record.asset),
            amount=record.amount,
            about=record.about,
            what=record.what,
            evidence=record.evidence,
            assignee=record.assignee,
            healing=record.healing,
            reason=record.reason,
            first_seen_at=record.first_seen_at,
            moved_at=found.moved_at,
        )


@attrs.frozen(kw_only=True)
class BreakSheetView:
    """A break, its age, and the proposals to heal it."""

    found: BreakView
    age_s: int
    proposals: Sequence[ProposalView]


@attrs.frozen(kw_only=True)
class RunView:
    """A run; ``unreadable`` and ``unsteady`` are readings that the next run repeats."""

    id: ProcessId
    scope: RunScope
    stage: RunStage
    owners: int
    differences: int
    unreadable: int
    unsteady: int
    started_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, found: Found) -> RunView:
        run = found.record
        if not isinstance(run, ReconciliationRun):
            raise TypeError("only runs are listed here")
        return cls(
            id=run.id,
            scope=run.scope,
            stage=run.stage,
            owners=run.owners,
            differences=run.differences,
            unreadable=run.unreadable,
            unsteady=run.unsteady,
            started_at=run.started_at,
            ended_at=run.ended_at,
        )


async def list_breaks(request: web.Request) -> web.Response:
    """List breaks between our ledger and the providers' books, newest first."""
    page = page_of(request)
    wanted = WantedBreaks(
        stage=filters.choice(request, "stage", BreakStage),
        place=filters.choice(request, "place", Place),
        cls=filters.choice(request, "class", BreakClass),
        owner=filters.investor(request),
    )
    found = await application(request).breaks.list(wanted, before=page.before, limit=page.fetch)
    return answer_page(found, page, name=lambda each: each.record.id, view=BreakView.of)


async def show_break(request: web.Request) -> web.Response:
    """Show one break, with its evidence and the proposals to heal it."""
    return answer(await _sheet(request, _break_id(request)))


async def assign_break(request: web.Request) -> web.Response:
    """Make a member of staff responsible for a break."""
    body, break_id = await read(request, AssignBody), _break_id(request)
    await application(request).breaks.assign(
        break_id, body.assignee, by=request[SESSION], reason=body.reason
    )
    return answer(await _sheet(request, break_id))


async def propose_healing(request: web.Request) -> web.Response:
    """Propose to heal or to explain a break. Nothing is posted until another administrator approves."""
    body, break_id = await read(request, HealBody), _break_id(request)
    await application(request).breaks.show(break_id)
    proposal = await application(request).reviews.propose(
        break_id, body.ruling(), by=request[SESSION]
    )
    return answer(ProposalView.of(proposal), status=201)


async def approve_healing(request: web.Request) -> web.Response:
    """Approve another administrator's proposal: its posting is made, and the break is over."""
    return await admin_reviews.approve(request)


async def reject_healing(request: web.Request) -> web.Response:
    """Reject a proposal to heal; one's own can be rejected too."""
    return await admin_reviews.reject(request)


async def propose_capital(request: web.Request) -> web.Response:
    """Propose to record the firm's own money put in or taken out; another administrator approves."""
    body = await read(request, CapitalBody)
    asset = _ASSETS.get(body.asset)
    if asset is None:
        raise filters.invalid("asset", "must be one of " + ", ".join(_ASSETS))
    proposal = await application(request).breaks.propose_capital(
        parsing.money(body.amount, asset, field="amount"), by=request[SESSION], reason=body.reason
    )
    return answer(ProposalView.of(proposal), status=201)


async def list_reconciliations(request: web.Request) -> web.Response:
    """List the runs of reconciliation over all owners, newest first."""
    page = page_of(request)
    found = await application(request).breaks.runs(before=page.before, limit=page.fetch)
    return answer_page(found, page, name=lambda each: each.record.id, view=RunView.of)


async def _sheet(request: web.Request, break_id: ProcessId) -> BreakSheetView:
    sheet = await application(request).breaks.show(break_id)
    view = BreakView.of(sheet.found)
    age = request.app[CLOCK].now() - view.first_seen_at
    proposals = [ProposalView.of(each) for each in sheet.proposals]
    return BreakSheetView(found=view, age_s=int(age.total_seconds()), proposals=proposals)


def _break_id(request: web.Request) -> ProcessId:
    return path_id(request, missing=BreakNotFound)
