"""The sandbox's Circle: subscriptions, signatures, redelivery."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature

from tests.sandbox.circle_customer import CircleCustomer
from tests.sandbox.circle_inbox import SUBSCRIPTIONS, open_inbox, subscribe, verify, walk
from tests.sandbox.conftest import Sandbox
from tests.sandbox.faucet import mint


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
