"""The sandbox's Circle: transfers on chain become inbound transactions and balances."""

from __future__ import annotations

from tests.sandbox.circle_customer import AMOY, SOME_ADDRESS, CircleCustomer
from tests.sandbox.conftest import Sandbox
from tests.sandbox.faucet import mint


async def test_a_deposit_counts_only_when_the_chain_confirmed_it(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    sandbox.world.clock.set_speed(0)
    wallet = await circle.wallet()
    mint(sandbox, (wallet["address"], "25"))

    assert (await circle.held(wallet), await circle.transactions()) == ("0", [])
    sandbox.world.clock.advance(5)
    assert await circle.held(wallet) == "25"
    assert [each["state"] for each in await circle.transactions()] == ["CONFIRMED"]


async def test_two_outputs_of_one_transaction_are_two_deposits(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await circle.wallet()
    tx_hash = mint(sandbox, (wallet["address"], "1"), (SOME_ADDRESS, "7"), (wallet["address"], "2"))
    sandbox.world.clock.advance(10)

    found = await circle.transactions(f"txHash={tx_hash}&txType=INBOUND")
    assert sorted(each["amounts"][0] for each in found) == ["1", "2"]
    assert {each["state"] for each in found} == {"COMPLETE"}
    assert await circle.held(wallet) == "3"


async def test_the_faucet_drips_usdc(sandbox: Sandbox, circle: CircleCustomer) -> None:
    wallet = await circle.wallet()
    drip = {"address": wallet["address"], "blockchain": AMOY, "usdc": True, "native": True}
    reply = await circle.call("POST", "/v1/faucet/drips", drip)
    sandbox.world.clock.advance(10)
    found = await circle.call("GET", f"/v1/w3s/developer/wallets/balances?blockchain={AMOY}")

    assert reply.status == 204
    assert found.data["wallets"][0]["tokenBalances"][0]["amount"] == "10"
