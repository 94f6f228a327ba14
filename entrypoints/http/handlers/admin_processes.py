"""Deposits, withdrawals, orders and trails of all investors, for staff."""

from __future__ import annotations

from aiohttp import web

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.processes.decision import Process
from domain.services.administration.search import STAGES, Wanted
from domain.services.operations.trails import TrailNotFound
from domain.trading.order import Order
from entrypoints.http import filters
from entrypoints.http.app_keys import application
from entrypoints.http.bodies import answer, path_id
from entrypoints.http.paging import answer_page, page_of
from entrypoints.http.views.admin import AdminProcessView, AdminTrailView


async def deposits(request: web.Request) -> web.Response:
    """List the deposits of all investors, newest first."""
    return await _page(request, Deposit)


async def withdrawals(request: web.Request) -> web.Response:
    """List the withdrawals of all investors, newest first."""
    return await _page(request, Withdrawal)


async def orders(request: web.Request) -> web.Response:
    """List the orders of all investors, newest first."""
    return await _page(request, Order)


async def trail(request: web.Request) -> web.Response:
    """Show the full history of any process, with the providers' own words."""
    process_id = path_id(request, missing=TrailNotFound)
    record, lines = await application(request).trails.trail(process_id, investor_id=None)
    return answer(AdminTrailView.of(record, lines))


async def _page(request: web.Request, kind: type[Process]) -> web.Response:
    page = page_of(request)
    stage = filters.choice(request, "stage", STAGES[kind])
    wanted = Wanted(
        kind=kind,
        stage=stage.value if stage else None,
        investor_id=filters.investor(request),
        reference=filters.text(request, "reference"),
    )
    found = await application(request).search.processes(
        wanted, before=page.before, limit=page.fetch
    )
    return answer_page(found, page, name=lambda each: each.record.id, view=AdminProcessView.of)
