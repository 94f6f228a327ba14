"""Investors, for staff: looking them up and managing their accounts."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from aiohttp import web

from domain.accounts.investor import Investor, InvestorNotFound, InvestorStage
from domain.accounts.onboarding import OnboardingStage
from domain.accounts.roles import Role
from domain.ids import InvestorId
from domain.limits import Tier
from domain.services.administration.overview import InvestorOverview
from entrypoints.http import filters
from entrypoints.http.app_keys import SESSION, application
from entrypoints.http.bodies import answer, path_id, read
from entrypoints.http.handlers.portfolio import BalanceView
from entrypoints.http.paging import answer_page, page_of
from entrypoints.http.parsing import Reason
from entrypoints.http.views.admin import AdminInvestorView
from ports.search import Found

STAFF = (Role.SUPPORT, Role.ADMIN)


@attrs.frozen(kw_only=True)
class ReasonBody:
    reason: Reason


@attrs.frozen(kw_only=True)
class RoleBody:
    role: Role
    reason: Reason


@attrs.frozen(kw_only=True)
class TierBody:
    tier: Tier
    reason: Reason


@attrs.frozen(kw_only=True)
class InvestorSheetView:
    """
    One investor; ``reason`` is why the account is frozen or closed.

    ``onboarding`` is null before it is submitted; ``sessions`` are the active ones.
    """

    investor: AdminInvestorView
    reason: str | None
    onboarding: OnboardingStage | None
    tier: Tier
    balances: Sequence[BalanceView]
    sessions: int

    @classmethod
    def of(cls, overview: InvestorOverview) -> InvestorSheetView:
        return cls(
            investor=AdminInvestorView.of(overview.investor),
            reason=overview.investor.reason,
            onboarding=overview.onboarding,
            tier=overview.tier,
            balances=[BalanceView.of(balance) for balance in overview.balances],
            sessions=overview.sessions,
        )


async def listing(request: web.Request) -> web.Response:
    """List investors, the newest first."""
    page = page_of(request)
    found = await application(request).search.investors(
        email=filters.text(request, "email"),
        stage=filters.choice(request, "stage", InvestorStage),
        role=filters.choice(request, "role", STAFF),
        before=page.before,
        limit=page.fetch,
    )
    return answer_page(found, page, name=lambda each: each.record.id, view=_view)


async def show(request: web.Request) -> web.Response:
    """Show one investor: account, onboarding, limits and balances."""
    return await _sheet(request)


async def freeze(request: web.Request) -> web.Response:
    """
    Freeze an account: it can be read, but nothing new can be started with it.

    Processes that have started continue. Only an administrator can freeze an account of staff.
    """
    body = await read(request, ReasonBody)
    await application(request).account_status.freeze(
        _about(request), by=request[SESSION], reason=body.reason
    )
    return await _sheet(request)


async def unfreeze(request: web.Request) -> web.Response:
    """Unfreeze an account."""
    body = await read(request, ReasonBody)
    await application(request).account_status.unfreeze(
        _about(request), by=request[SESSION], reason=body.reason
    )
    return await _sheet(request)


async def deactivate(request: web.Request) -> web.Response:
    """Close an account permanently. Refused while it holds anything or anything is in transit."""
    body = await read(request, ReasonBody)
    await application(request).account_status.close(
        _about(request), by=request[SESSION], reason=body.reason
    )
    return await _sheet(request)


async def give_role(request: web.Request) -> web.Response:
    """Change a person's role. This ends their sessions."""
    body = await read(request, RoleBody)
    await application(request).staff.give_role(
        _about(request), role=body.role, by=request[SESSION], reason=body.reason
    )
    return await _sheet(request)


async def assign_tier(request: web.Request) -> web.Response:
    """Give an investor the limits of another tier."""
    body = await read(request, TierBody)
    await application(request).account_status.assign_tier(
        _about(request), tier=body.tier, by=request[SESSION], reason=body.reason
    )
    return await _sheet(request)


def _about(request: web.Request) -> InvestorId:
    return InvestorId(path_id(request, missing=InvestorNotFound))


async def _sheet(request: web.Request) -> web.Response:
    overview = await application(request).overviews.overview(_about(request))
    return answer(InvestorSheetView.of(overview))


def _view(found: Found) -> AdminInvestorView:
    if not isinstance(found.record, Investor):
        raise TypeError("only investors were asked for")
    return AdminInvestorView.of(found.record)
