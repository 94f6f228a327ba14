"""Processes in manual review, and their resolution by two administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from aiohttp import web

from domain.funding.withdrawal import AddressNotSaved
from domain.ids import InvestorId, ProcessId
from domain.money import Asset, Money
from domain.processes.decision import Process
from domain.processes.rulings import bought_asset
from domain.review.proposal import Proposal, ProposalNotFound, ProposalStage
from domain.review.ruling import Action, Evidence, ReviewNotFound, Ruling
from domain.trading.order import Order
from entrypoints.http import parsing
from entrypoints.http.app_keys import CLOCK, SESSION, application
from entrypoints.http.bodies import answer, as_id, path_id, read
from entrypoints.http.handlers.admin_investors import ReasonBody
from entrypoints.http.paging import answer_page, page_of
from entrypoints.http.views.admin import AdminProcessView


@attrs.frozen(kw_only=True)
class RulingBody:
    """
    ``provider_id`` is the provider's id of the effect, ``address`` the address of a wallet.

    ``payout_address`` is the id of an address that the investor saved. ``bought`` and ``fee`` are the
    result of a conversion, in the asset that it bought. ``filled`` and ``cost`` are the broker's totals of
    an order, in shares and in dollars.
    """

    action: Action
    reason: parsing.Reason
    provider_id: str | None = None
    tx_hash: str | None = None
    address: str | None = None
    payout_address: str | None = None
    bought: parsing.DecimalText | None = None
    fee: parsing.DecimalText | None = None
    filled: parsing.DecimalText | None = None
    cost: parsing.DecimalText | None = None

    def ruling(self, record: Process) -> Ruling:
        """Raises ``EvidenceNeeded``, ``PrecisionLost``, ``NotAnAmount`` or ``AddressNotSaved``."""
        bought = bought_asset(record)
        shares = record.filled.asset if isinstance(record, Order) else bought
        ruling = Ruling(
            action=self.action,
            reason=self.reason,
            evidence=Evidence(
                provider_id=self.provider_id,
                tx_hash=self.tx_hash,
                address=self.address,
                payout_address=_saved(self.payout_address),
                bought=_money(self.bought, bought, "bought"),
                fee=_money(self.fee, bought, "fee"),
                filled=_money(self.filled, shares, "filled"),
                cost=_money(self.cost, bought, "cost"),
            ),
        )
        ruling.require_evidence()
        return ruling


@attrs.frozen(kw_only=True)
class ProposalView:
    """A resolution proposed by one administrator, and the decision of another."""

    id: ProcessId
    about: ProcessId
    action: Action
    reason: str
    stage: ProposalStage
    proposed_by: InvestorId
    decided_by: InvestorId | None
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, proposal: Proposal) -> ProposalView:
        return cls(
            id=proposal.id,
            about=proposal.about,
            action=proposal.ruling.action,
            reason=proposal.ruling.reason,
            stage=proposal.stage,
            proposed_by=proposal.proposed_by,
            decided_by=proposal.decided_by,
            created_at=proposal.created_at,
            expires_at=proposal.expires_at,
        )


@attrs.frozen(kw_only=True)
class OtherAddressView:
    """A saved address of the investor to which a withdrawal can be paid instead."""

    id: ProcessId
    address: str
    label: str


@attrs.frozen(kw_only=True)
class ReviewView:
    """
    A process in review, how long it has not changed, the possible actions, and the proposals.

    ``addresses`` are what `pay_another` can name as `payout_address`.
    """

    process: AdminProcessView
    age_s: int
    possible: Sequence[Action]
    proposals: Sequence[ProposalView]
    addresses: Sequence[OtherAddressView]


async def listing(request: web.Request) -> web.Response:
    """List the processes in manual review, newest first."""
    page = page_of(request)
    found = await application(request).reviews.list(before=page.before, limit=page.fetch)
    return answer_page(found, page, name=lambda each: each.record.id, view=AdminProcessView.of)


async def show(request: web.Request) -> web.Response:
    """Show one process in review, with its possible actions and proposals."""
    review = await application(request).reviews.show(_about(request))
    age = request.app[CLOCK].now() - review.found.moved_at
    return answer(
        ReviewView(
            process=AdminProcessView.of(review.found),
            age_s=int(age.total_seconds()),
            possible=review.possible,
            proposals=[ProposalView.of(each) for each in review.proposals],
            addresses=[
                OtherAddressView(id=each.id, address=each.address, label=each.label)
                for each in review.addresses
            ],
        )
    )


async def inquire(request: web.Request) -> web.Response:
    """Look up at the providers now what became of the effects of the process."""
    body = await read(request, ReasonBody)
    found = await application(request).reviews.inquire(
        _about(request), by=request[SESSION], reason=body.reason
    )
    return answer(AdminProcessView.of(found))


async def propose(request: web.Request) -> web.Response:
    """Propose a resolution. Nothing is done until another administrator approves it."""
    body = await read(request, RulingBody)
    reviews = application(request).reviews
    record = (await reviews.show(_about(request))).found.record
    proposal = await reviews.propose(_about(request), body.ruling(record), by=request[SESSION])
    return answer(ProposalView.of(proposal), status=201)


async def approve(request: web.Request) -> web.Response:
    """Approve another administrator's proposal and carry it out."""
    body = await read(request, ReasonBody)
    proposal = await application(request).reviews.approve(
        _about(request), _proposal(request), by=request[SESSION], reason=body.reason
    )
    return answer(ProposalView.of(proposal))


async def reject(request: web.Request) -> web.Response:
    """Reject a proposal; one's own can be rejected too."""
    body = await read(request, ReasonBody)
    proposal = await application(request).reviews.reject(
        _about(request), _proposal(request), by=request[SESSION], reason=body.reason
    )
    return answer(ProposalView.of(proposal))


def _about(request: web.Request) -> ProcessId:
    return path_id(request, missing=ReviewNotFound)


def _proposal(request: web.Request) -> ProcessId:
    return as_id(request.match_info["proposal_id"], missing=ProposalNotFound)


def _saved(text: str | None) -> ProcessId | None:
    """Raises ``AddressNotSaved`` for what is no id."""
    return as_id(text, missing=AddressNotSaved) if text is not None else None


def _money(text: parsing.DecimalText | None, asset: Asset, field: str) -> Money | None:
    return parsing.money(text, asset, field=field) if text is not None else None
