"""Deposits: USDC that becomes buying power."""

from __future__ import annotations

import attrs
from aiohttp import web

from domain.funding.deposit import Deposit, DepositNotFound, DepositStage
from domain.ids import ProcessId
from domain.money import USDC, Money
from domain.wallets.chain import Chain
from entrypoints.http import parsing
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, path_id, read
from entrypoints.http.paging import answer_page, page_of
from entrypoints.http.stored_response import StoredResponse
from entrypoints.http.views.reasons import reason_for_investor


@attrs.frozen(kw_only=True)
class DepositBody:
    chain: Chain
    amount: parsing.DecimalText


@attrs.frozen(kw_only=True)
class DepositView:
    """
    ``amount`` is the gross USDC; ``net`` and ``fee`` are the dollars credited and charged, once settled.

    ``address`` is the address to send the USDC to.
    """

    id: ProcessId
    stage: DepositStage
    chain: Chain
    address: str
    amount: Money
    dust: Money
    net: Money | None
    fee: Money | None
    tx_hash: str | None
    reason: str | None


async def announce(request: web.Request) -> web.Response:
    """Announce USDC that will arrive at the investor's wallet on a chain."""
    body = await read(request, DepositBody)
    outcome = StoredResponse(request, view=_view, status=201)
    deposit = await application(request).funding.announce_deposit(
        caller(request),
        chain=body.chain,
        amount=parsing.money(body.amount, USDC, field="amount"),
        idempotency=outcome.idempotency,
    )
    return outcome.answer(deposit)


async def listing(request: web.Request) -> web.Response:
    """List the investor's deposits, newest first."""
    page = page_of(request)
    found = await application(request).funding.deposits(
        caller(request), before=page.before, limit=page.fetch
    )
    return answer_page(found, page, name=lambda deposit: deposit.id, view=_view)


async def show(request: web.Request) -> web.Response:
    """Show one deposit."""
    deposit_id = path_id(request, missing=DepositNotFound)
    return answer(_view(await application(request).funding.deposit(caller(request), deposit_id)))


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw the announcement of a deposit that has not arrived. USDC that arrives still counts."""
    deposit_id = path_id(request, missing=DepositNotFound)
    outcome = StoredResponse(request, view=_view, status=200)
    deposit = await application(request).funding.withdraw_announcement(
        caller(request), deposit_id, idempotency=outcome.idempotency
    )
    return outcome.answer(deposit)


def _view(deposit: Deposit) -> DepositView:
    settlement = deposit.settlement
    return DepositView(
        id=deposit.id,
        stage=deposit.stage,
        chain=deposit.wallet.chain,
        address=deposit.wallet.address,
        amount=deposit.amount,
        dust=deposit.dust,
        net=settlement.delivered if settlement else None,
        fee=settlement.fee if settlement else None,
        tx_hash=deposit.tx_hash,
        reason=reason_for_investor(deposit.stage, deposit.reason),
    )
