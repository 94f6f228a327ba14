"""Withdrawals: buying power paid out as USDC."""

from __future__ import annotations

import attrs
from aiohttp import web

from domain.funding.withdrawal import Withdrawal, WithdrawalNotFound, WithdrawalStage
from domain.ids import ProcessId
from domain.money import USD, Money
from domain.wallets.chain import Chain
from entrypoints.http import parsing
from entrypoints.http.addresses import require_checksum
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, path_id, read
from entrypoints.http.paging import answer_page, page_of
from entrypoints.http.stored_response import StoredResponse
from entrypoints.http.views.reasons import reason_for_investor


@attrs.frozen(kw_only=True)
class WithdrawalBody:
    amount: parsing.DecimalText
    chain: Chain
    destination: str


@attrs.frozen(kw_only=True)
class WithdrawalView:
    """``amount`` is the dollars debited; ``net`` and ``fee`` the USDC sent and charged, once converted."""

    id: ProcessId
    stage: WithdrawalStage
    amount: Money
    chain: Chain
    destination: str
    net: Money | None
    fee: Money | None
    tx_hash: str | None
    reason: str | None


async def submit(request: web.Request) -> web.Response:
    """Withdraw buying power as USDC. The amount is reserved at once."""
    body = await read(request, WithdrawalBody)
    require_checksum(body.destination, field="destination")
    outcome = StoredResponse(request, view=_view, status=202)
    withdrawal = await application(request).funding.withdraw(
        caller(request),
        amount=parsing.money(body.amount, USD, field="amount"),
        chain=body.chain,
        destination=body.destination,
        idempotency=outcome.idempotency,
    )
    return outcome.answer(withdrawal)


async def listing(request: web.Request) -> web.Response:
    """List the investor's withdrawals, newest first."""
    page = page_of(request)
    found = await application(request).funding.withdrawals(
        caller(request), before=page.before, limit=page.fetch
    )
    return answer_page(found, page, name=lambda withdrawal: withdrawal.id, view=_view)


async def show(request: web.Request) -> web.Response:
    """Show one withdrawal."""
    withdrawal_id = path_id(request, missing=WithdrawalNotFound)
    found = await application(request).funding.withdrawal(caller(request), withdrawal_id)
    return answer(_view(found))


def _view(withdrawal: Withdrawal) -> WithdrawalView:
    settlement, payment = withdrawal.settlement, withdrawal.payment
    return WithdrawalView(
        id=withdrawal.id,
        stage=withdrawal.stage,
        amount=withdrawal.amount,
        chain=withdrawal.treasury.chain,
        destination=withdrawal.destination,
        net=settlement.delivered if settlement else None,
        fee=settlement.fee if settlement else None,
        tx_hash=payment.tx_hash if payment else None,
        reason=reason_for_investor(withdrawal.stage, withdrawal.reason),
    )
