"""The sandbox's Circle: outbound transactions from request to finality."""

from __future__ import annotations

import uuid
from collections import Counter

from tests.sandbox.circle_customer import AMOY, AMOY_USDC, SOME_ADDRESS, CircleCustomer
from tests.sandbox.circle_inbox import open_inbox, subscribe, walk
from tests.sandbox.conftest import Sandbox
from tests.sandbox.faucet import funded, give_gas, mint


async def test_a_payout_walks_to_complete_and_no_usdc_is_lost(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await funded(sandbox, circle, "100")
    async with open_inbox() as inbox:
        await subscribe(circle, inbox, "transactions.outbound")
        reply = await circle.transfer(wallet, "40.5", refId="payout-1")
        done = await circle.transaction_in("COMPLETE", reply.data["id"])
        messages = await inbox.until(lambda all_: len(all_) == 7)

    states = ["INITIATED", "CLEARED", "QUEUED", "SENT", "CONFIRMED", "COMPLETE"]
    assert (reply.status, reply.data["state"]) == (201, "INITIATED")
    assert walk(messages, "transactions.outbound") == states
    assert (done["refId"], done["amounts"], done["tokenId"]) == ("payout-1", ["40.5"], AMOY_USDC)
    chain = sandbox.world.chain
    assert chain.balance(AMOY, SOME_ADDRESS).decimal == "40.500000"
    assert await circle.held(wallet) == "59.5"
    assert chain.minted[AMOY] == sum(money.minor for money in chain.balances().values())


async def test_a_transfer_between_two_wallets_is_one_payout_and_one_deposit(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    first, second = await funded(sandbox, circle, "10"), await circle.wallet()
    reply = await circle.transfer(first, "10", destinationAddress=second["address"])
    done = await circle.transaction_in("COMPLETE", reply.data["id"])

    both = await circle.transactions(f"txHash={done['txHash']}")
    assert Counter(each["transactionType"] for each in both) == {"INBOUND": 1, "OUTBOUND": 1}
    assert (await circle.held(first), await circle.held(second)) == ("0", "10")
    theirs = await circle.transactions(f"walletIds={second['id']}")
    assert [each["sourceAddress"] for each in theirs] == [first["address"]]


async def test_a_repeated_transfer_is_made_once(sandbox: Sandbox, circle: CircleCustomer) -> None:
    wallet = await funded(sandbox, circle, "10")
    key = str(uuid.uuid4())  # noqa: TID251 - a client makes its own keys
    replies = [await circle.transfer(wallet, "10", idempotencyKey=key) for _ in range(3)]
    changed = await circle.transfer(wallet, "9", idempotencyKey=key)

    assert len({reply.data["id"] for reply in replies}) == 1
    assert [reply.status for reply in replies] == [201, 200, 200]
    assert changed.code == 156020
    assert len(await circle.transactions("txType=OUTBOUND")) == 1


async def test_a_smart_account_sends_one_transaction_until_that_confirmed(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await funded(sandbox, circle, "10")
    sandbox.world.clock.set_speed(0)
    first = await circle.transfer(wallet, "1")
    early = await circle.transfer(wallet, "1")
    sandbox.world.clock.advance(30)
    later = [await circle.transfer(wallet, "1") for _ in range(2)]

    assert (first.status, early.code) == (201, 155505)
    assert [reply.status for reply in later] == [201, 201]


async def test_of_two_payouts_over_the_balance_the_later_one_fails(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await circle.wallet(accountType="EOA")
    mint(sandbox, (wallet["address"], "10"))
    give_gas(sandbox, wallet["address"])
    sandbox.world.clock.advance(10)
    first, second = await circle.transfer(wallet, "6"), await circle.transfer(wallet, "6")
    await circle.transaction_in("COMPLETE", first.data["id"])
    failed = await circle.transaction_in("FAILED", second.data["id"])

    assert failed["errorReason"] == "INSUFFICIENT_TOKEN"
    assert await circle.held(wallet) == "4"


async def test_a_payout_is_cancelled_before_the_chain_has_it_and_not_after(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await funded(sandbox, circle, "10")
    sandbox.world.clock.set_speed(0)
    one = (await circle.transfer(wallet, "10")).data["id"]
    path = f"/v1/w3s/developer/transactions/{one}/cancel"
    cancelled, again = await circle.signed(path, {}), await circle.signed(path, {})
    sandbox.world.clock.advance(60)

    assert cancelled.data == {"id": one, "state": "CANCELLED"}
    assert again.code == 155229
    assert await circle.held(wallet) == "10"


async def test_the_oldest_transaction_on_chain_is_found_until_it_confirms(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await funded(sandbox, circle, "10")
    sandbox.world.clock.set_speed(0)
    path = f"/v1/w3s/transactions/lowestNonceTransaction?walletId={wallet['id']}"
    sent = (await circle.transfer(wallet, "1")).data["id"]
    queued = await circle.call("GET", path)
    sandbox.world.clock.advance(3)
    on_chain = await circle.call("GET", path)
    accelerated = await circle.signed(f"/v1/w3s/developer/transactions/{sent}/accelerate", {})
    sandbox.world.clock.advance(30)

    assert (queued.status, on_chain.data["transaction"]["id"]) == (204, sent)
    assert accelerated.data == {"id": sent}
    assert (await circle.call("GET", path)).status == 204
