"""
One deposit, as real as sandboxes are: test USDC from Circle's faucet to a wallet, on to Due, converted.

It needs an account at Due that has passed its check, see docs/integrations/due.md. What the faucet gives is
converted, whatever it is.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import orjson
import pytest

from adapters.circle.chains import Network
from adapters.circle.client import CircleClient
from adapters.circle.custodian import CircleCustodian
from adapters.due.client import DueClient
from adapters.due.offramp import DueOfframp
from adapters.http.message import Request
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from domain.funding.conversion import Direction, PayOnChain
from domain.ids import InvestorId, reference
from domain.money import Money
from domain.processes.facts.funding import ConversionSettled, PaymentCompleted, TransferSeen
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from tests.live.conftest import Reach
from tests.live.environment import DUE_ACCOUNT

pytestmark = pytest.mark.live

T = TypeVar("T")
CHAIN = Chain.POLYGON
ASKING_S = 5.0
ASKED_MAX = 120
"""Ten minutes for each stage; an offer on chain is good for about as long."""


async def until(ask: Callable[[], Awaitable[object]], wanted: type[T]) -> T:
    answer: object = None
    for _ in range(ASKED_MAX):
        answer = await ask()
        if isinstance(answer, wanted):
            return answer
        await SystemClock().sleep(ASKING_S)
    raise AssertionError(f"{wanted.__name__} never came, last was {answer!r}")


async def drip(circle: CircleClient, reach: Reach, wallet: CustodyWallet) -> None:
    """guess: that this key may use the faucet; otherwise send to the wallet from faucet.circle.com."""
    code = Network(testnet=True).code(wallet.chain)
    document = {"address": wallet.address, "blockchain": code, "usdc": True, "native": True}
    answer = await reach().send(
        Request(
            provider="circle",
            operation="drip",
            method="POST",
            url=f"{circle.settings.base_url}/v1/faucet/drips",
            headers={
                "Authorization": f"Bearer {circle.settings.api_key}",
                "Content-Type": "application/json",
            },
            body=orjson.dumps(document),
        )
    )
    assert answer.ok, answer.body


async def test_usdc_becomes_dollars(circle: CircleClient, due: DueClient, reach: Reach) -> None:
    account_id = os.environ.get(DUE_ACCOUNT)
    if not account_id:
        pytest.skip(f"without {DUE_ACCOUNT}")
    began, process = SystemClock().now() - timedelta(minutes=5), SystemIds().new()
    custodian = CircleCustodian(circle)
    offramp = DueOfframp.of(due, settings=due.calls.settings, clock=SystemClock())
    made = await custodian.create_wallet(
        reference(process, "create"), owner=InvestorId(process), chain=CHAIN, attempt=1
    )
    wallet = CustodyWallet(chain=CHAIN, wallet_id=made.provider_id, address=made.address)
    await offramp.link_wallet(account_id=account_id, wallet=wallet)
    await drip(circle, reach, wallet)

    async def arrived() -> Money | None:
        seen = await custodian.inbound_since(began)
        usdc = [each for each in seen if isinstance(each, TransferSeen) and each.final]
        final = [each.amount for each in usdc if each.wallet_id == wallet.wallet_id]
        return final[0] if final else None

    amount = await until(arrived, Money)
    conversion = reference(process, "offramp")
    opened = await offramp.open_conversion(
        conversion,
        direction=Direction.TO_DOLLARS,
        amount=amount,
        account_id=account_id,
        wallet=wallet,
        attempt=1,
    )
    pay, payment = opened.conversion.pay, reference(process, "payment")
    assert isinstance(pay, PayOnChain)
    sent = await custodian.send(
        payment, wallet=wallet, destination=pay.address, amount=amount, attempt=1
    )
    assert sent.reference == payment
    await until(lambda: custodian.find_payment(payment, provider_id=None), PaymentCompleted)
    settled = await until(
        lambda: offramp.find_conversion(
            conversion, account_id=account_id, provider_id=opened.conversion.provider_id
        ),
        ConversionSettled,
    )
    assert settled.settlement.sold == amount
    assert settled.settlement.delivered.is_positive
