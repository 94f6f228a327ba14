"""Circle's testnet: what we read is what we expect, and a wallet is made once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.circle.client import CircleClient
from adapters.circle.custodian import CircleCustodian
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from domain.ids import InvestorId, reference
from domain.money import USDC, Money
from domain.processes.facts.funding import TransferSeen
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet

pytestmark = pytest.mark.live


async def test_arrivals_can_be_read(circle: CircleClient) -> None:
    since = SystemClock().now() - timedelta(days=1)
    seen = await CircleCustodian(circle).inbound_since(since)
    assert all(each.amount.asset == USDC for each in seen if isinstance(each, TransferSeen))


async def test_nobody_knows_of_a_payment_that_was_never_made(circle: CircleClient) -> None:
    never = reference(SystemIds().new(), "payment")
    assert await CircleCustodian(circle).find_payment(never, provider_id=None) is None


async def test_a_wallet_is_one_however_often_it_is_asked_for(circle: CircleClient) -> None:
    custodian = CircleCustodian(circle)
    process = SystemIds().new()
    first, again, looked_up = [
        await custodian.create_wallet(
            reference(process, "create"),
            owner=InvestorId(process),
            chain=Chain.POLYGON,
            attempt=attempt,
        )
        for attempt in (1, 1, 2)
    ]
    assert first == again == looked_up
    wallet = CustodyWallet(chain=Chain.POLYGON, wallet_id=first.provider_id, address=first.address)
    assert await custodian.holdings([wallet]) == {first.provider_id: Money.zero(USDC)}
