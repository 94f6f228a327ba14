"""The sandbox's Circle: deposits, payouts, balances, webhooks."""

from __future__ import annotations

import base64
import uuid
from collections import Counter
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from domain.money import USDC, Money
from entrypoints.sandbox.chain import FAUCET, Output
from tests.sandbox.circle_customer import (
    AMOY,
    AMOY_USDC,
    SOMEBODY,
    CircleCustomer,
    Inbox,
    Message,
    open_inbox,
)
from tests.sandbox.conftest import Sandbox

SUBSCRIPTIONS = "/v2/notifications/subscriptions"


def mint(sandbox: Sandbox, *outputs: tuple[str, str]) -> str:
    transfers = sandbox.world.chain.send(
        AMOY, [Output(FAUCET, address, Money.of(amount, USDC)) for address, amount in outputs]
    )
    return transfers[0].tx_hash


async def funded(sandbox: Sandbox, circle: CircleCustomer, amount: str) -> dict[str, Any]:
    """A wallet whose first deposit is final."""
    wallet = await circle.wallet()
    mint(sandbox, (wallet["address"], amount))
    sandbox.world.clock.advance(10)
    return wallet


async def subscribe(circle: CircleCustomer, inbox: Inbox, *types: str) -> str:
    body = {"endpoint": inbox.url, **({"notificationTypes": types} if types else {})}
    reply = await circle.call("POST", SUBSCRIPTIONS, body)
    assert reply.status == 200
    return str(reply.data["id"])


async def verify(circle: CircleCustomer, message: Message, raw: bytes) -> None:
    key_id = message.headers["X-Circle-Key-Id"]
    data = (await circle.call("GET", f"/v2/notifications/publicKey/{key_id}")).data
    public = load_der_public_key(base64.b64decode(data["publicKey"]))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = base64.b64decode(message.headers["X-Circle-Signature"])
    public.verify(signature, raw, ec.ECDSA(hashes.SHA256()))


def walk(messages: list[Message], kind: str) -> list[str]:
    """The states told, in the order of the provider's own time stamps."""
    told = [each.body for each in messages if each.body["notificationType"] == kind]
    told.sort(key=lambda body: body["timestamp"])
    return [body["notification"]["state"] for body in told]


async def test_a_deposit_is_told_confirmed_then_complete_and_the_signature_verifies(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await circle.wallet()
    async with open_inbox() as inbox:
        subscription = await subscribe(circle, inbox)
        tx_hash = mint(sandbox, (wallet["address"], "25"))
        messages = await inbox.until(lambda all_: len(all_) == 3)
    deposits = [m for m in messages if m.body["notificationType"] == "transactions.inbound"]
    assert walk(messages, "transactions.inbound") == ["CONFIRMED", "COMPLETE"]
    for message in deposits:
        await verify(circle, message, message.raw)
        with pytest.raises(InvalidSignature):
            await verify(circle, message, message.raw + b" ")
        told = message.body["notification"]
        assert message.body["subscriptionId"] == subscription
        assert (told["amounts"], told["txHash"], told["walletId"]) == (
            ["25"],
            tx_hash,
            wallet["id"],
        )
    assert len({message.body["notificationId"] for message in deposits}) == 2
    assert await circle.held(wallet) == "25"


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
    tx_hash = mint(sandbox, (wallet["address"], "1"), (SOMEBODY, "7"), (wallet["address"], "2"))
    sandbox.world.clock.advance(10)

    found = await circle.transactions(f"txHash={tx_hash}&txType=INBOUND")
    assert sorted(each["amounts"][0] for each in found) == ["1", "2"]
    assert {each["state"] for each in found} == {"COMPLETE"}
    assert await circle.held(wallet) == "3"


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
    assert chain.balance(AMOY, SOMEBODY).decimal == "40.500000"
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


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amounts": ["10.000001"]}, 155201),
        ({"amounts": ["0"]}, 155221),
        ({"amounts": ["0.0000001"]}, 155221),
        ({"amounts": ["ten"]}, 155224),
        ({"amounts": [1]}, 2),
        ({"amounts": []}, 2),
        ({"destinationAddress": "0x12"}, 155219),
        ({"tokenId": "bdf128b4-827b-5267-8f9e-243694989b5f"}, 155220),
        ({"tokenId": None}, 155228),
        ({"tokenId": "0c8f8485-f74f-5e28-80f2-3cc4e80ef71c"}, 155201),
        ({"feeLevel": None}, 155231),
        ({"feeLevel": None, "gasLimit": "21000", "gasPrice": "1"}, 155232),
        ({"gasLimit": "21000"}, 155234),
        ({"walletAddress": SOMEBODY}, 155244),
        ({"walletId": None, "walletAddress": SOMEBODY, "blockchain": AMOY}, 155226),
        ({"walletId": "9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001"}, 156001),
    ],
)
async def test_a_transfer_request_is_checked(
    sandbox: Sandbox, circle: CircleCustomer, change: dict[str, Any], code: int
) -> None:
    wallet = await funded(sandbox, circle, "10")
    assert (await circle.transfer(wallet, "1", **change)).code == code
    assert await circle.transactions("txType=OUTBOUND") == []


async def test_a_transfer_may_name_wallet_and_token_by_address(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await funded(sandbox, circle, "10")
    reply = await circle.transfer(
        wallet,
        "1",
        walletId=None,
        tokenId=None,
        walletAddress=wallet["address"],
        tokenAddress="0x41E94EB019C0762F9BFCF9FB1E58725BFB0E7582",
        blockchain=AMOY,
    )
    assert reply.data["state"] == "INITIATED"


async def test_a_failed_delivery_is_repeated_with_the_same_bytes(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await circle.wallet()
    async with open_inbox() as inbox:
        await subscribe(circle, inbox, "transactions.inbound")
        await inbox.until(lambda all_: len(all_) == 1)
        inbox.refusals = 1
        mint(sandbox, (wallet["address"], "1"))
        messages = await inbox.until(lambda all_: len(all_) == 4)

        first = messages[1]
        control = f"{sandbox.url}/sandbox/webhooks/{first.body['notificationId']}/redeliver"
        async with circle.http.post(control) as response:
            assert response.status == 202
        messages = await inbox.until(lambda all_: len(all_) == 5)
    assert sum(message.raw == first.raw for message in messages) == 3
    assert messages[4].headers["X-Circle-Signature"] == first.headers["X-Circle-Signature"]


async def test_a_subscription_hears_its_types_while_it_is_enabled(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await circle.wallet()
    async with open_inbox() as deaf, open_inbox() as other, open_inbox() as all_of_them:
        deaf_id = await subscribe(circle, deaf)
        await circle.call("PATCH", f"{SUBSCRIPTIONS}/{deaf_id}", {"name": "deaf", "enabled": False})
        await subscribe(circle, other, "transactions.outbound")
        family_id = await subscribe(circle, all_of_them, "transactions.*")
        mint(sandbox, (wallet["address"], "1"))
        await all_of_them.until(lambda all_: len(all_) == 3)
    assert (len(deaf.messages), len(other.messages)) == (1, 1)

    assert (await circle.call("DELETE", f"{SUBSCRIPTIONS}/{family_id}")).status == 204
    left = (await circle.call("GET", SUBSCRIPTIONS)).data
    assert [(each["enabled"], each["restricted"]) for each in left] == [
        (False, False),
        (True, True),
    ]


async def test_the_faucet_drips_usdc(sandbox: Sandbox, circle: CircleCustomer) -> None:
    wallet = await circle.wallet()
    drip = {"address": wallet["address"], "blockchain": AMOY, "usdc": True, "native": True}
    reply = await circle.call("POST", "/v1/faucet/drips", drip)
    sandbox.world.clock.advance(10)
    found = await circle.call("GET", f"/v1/w3s/developer/wallets/balances?blockchain={AMOY}")

    assert reply.status == 204
    assert found.data["wallets"][0]["tokenBalances"][0]["amount"] == "10"


async def test_an_estimate_and_an_address_check_change_nothing(
    sandbox: Sandbox, circle: CircleCustomer
) -> None:
    wallet = await circle.wallet()
    asked = {
        "walletId": wallet["id"],
        "tokenId": AMOY_USDC,
        "destinationAddress": SOMEBODY,
        "amounts": ["1"],
    }
    estimate = await circle.call("POST", "/v1/w3s/transactions/transfer/estimateFee", asked)
    valid = [
        (
            await circle.call(
                "POST",
                "/v1/w3s/transactions/validateAddress",
                {"blockchain": AMOY, "address": address},
            )
        ).data["isValid"]
        for address in (SOMEBODY, "0x12")
    ]
    assert {"low", "medium", "high"} == estimate.data.keys()
    assert estimate.data["high"]["networkFee"] == "0.006500000"
    assert valid == [True, False]
    assert await circle.transactions() == []
