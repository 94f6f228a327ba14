"""Circle's own client against the sandbox: subscriptions and their messages."""

from __future__ import annotations

import base64
from typing import Any

import aiohttp
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.sandbox.circle_inbox import Inbox, Message, open_inbox, walk
from tests.sandbox.circle_sdk import Developer, conf, open_developer
from tests.sandbox.test_conformance_circle_transfers import WALK

NOBODY = "9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001"


async def subscribe(developer: Developer, inbox: Inbox, *types: str) -> Any:
    body = {"endpoint": inbox.url, **({"notificationTypes": list(types)} if types else {})}
    request = conf.CreateSubscriptionRequest.from_dict(body)
    return await developer.ask(developer.hooks.create_subscription, request)


async def verify(developer: Developer, message: Message, raw: bytes) -> None:
    """Raises when the key that Circle's client finds did not sign ``raw``."""
    found = await developer.ask(
        developer.hooks.get_notification_signature, message.headers["X-Circle-Key-Id"]
    )
    assert found.algorithm == "ECDSA_SHA_256"
    key = load_der_public_key(base64.b64decode(found.public_key))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signature = base64.b64decode(message.headers["X-Circle-Signature"])
    key.verify(signature, raw, ec.ECDSA(hashes.SHA256()))


async def test_a_subscription_is_made_changed_listed_and_removed() -> None:
    async with open_developer() as developer, open_inbox() as inbox:
        hooks = developer.hooks
        every = await subscribe(developer, inbox)
        some = await subscribe(developer, inbox, "transactions.inbound")
        assert (every.restricted, some.restricted, some.enabled) == (False, True, True)
        assert [each.value for each in some.notification_types] == ["transactions.inbound"]
        assert (await developer.ask(hooks.get_subscription, some.id)) == some
        request = conf.UpdateSubscriptionRequest.from_dict({"name": "off", "enabled": False})
        changed = await developer.ask(hooks.update_subscription, some.id, request)
        assert (changed.name, changed.enabled) == ("off", False)
        listed = await developer.ask(hooks.get_subscriptions)
        assert {each.id: each.enabled for each in listed} == {every.id: True, some.id: False}
        await developer.ask(hooks.delete_subscription, some.id)
        assert await developer.refused(hooks.get_subscription, some.id) == (404, 3)
        assert [each.id for each in await developer.ask(hooks.get_subscriptions)] == [every.id]


async def test_a_test_message_is_sent_on_subscription_and_on_demand() -> None:
    async with open_developer() as developer, open_inbox() as inbox:
        made = await subscribe(developer, inbox)
        path = f"{developer.url}/v2/notifications/subscriptions/{made.id}/test"
        headers = {"Authorization": f"Bearer {developer.api_key}"}
        async with aiohttp.ClientSession() as http, http.post(path, headers=headers) as response:
            assert response.status == 204
        for message in await inbox.until(lambda all_: len(all_) == 2):
            await verify(developer, message, message.raw)
            assert message.body["notificationType"] == "webhooks.test"
            assert set(message.body["notificationId"]) == {"0", "-"}


async def test_every_state_is_told_once_and_its_signature_verifies() -> None:
    async with open_developer() as developer, open_inbox() as inbox:
        wallet, other = await developer.funded(), await developer.wallet()
        made = await subscribe(developer, inbox, "transactions.*")
        sent = await developer.transfer(wallet, destinationAddress=other.address)
        developer.advance()
        messages = await inbox.until(lambda all_: len(all_) == 9)
        assert walk(messages, "transactions.outbound") == WALK
        assert walk(messages, "transactions.inbound") == ["CONFIRMED", "COMPLETE"]
        for message in messages[1:]:
            assert message.body["subscriptionId"] == made.id
            await verify(developer, message, message.raw)
        with pytest.raises(InvalidSignature):
            await verify(developer, messages[1], messages[1].raw + b" ")
        last = [each.body["notification"] for each in messages if sent in each.raw.decode()][-1]
        assert last["walletId"] == wallet.id
        assert len({each.body["notificationId"] for each in messages}) == 9


async def test_a_refused_message_comes_again_under_the_same_id() -> None:
    async with open_developer() as developer, open_inbox() as inbox:
        wallet = await developer.wallet()
        await subscribe(developer, inbox, "transactions.inbound")
        await inbox.until(lambda all_: len(all_) == 1)
        inbox.refusals = 1
        await developer.drip(wallet, usdc=True)
        messages = await inbox.until(lambda all_: len(all_) == 4)
        ids = [each.body["notificationId"] for each in messages[1:]]
        assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("duplicate", ["CONFIRMED", "CONFIRMED", "COMPLETE"]),
        ("reorder", ["COMPLETE", "CONFIRMED"]),
    ],
)
async def test_messages_come_twice_or_out_of_order_on_demand(kind: str, told: list[str]) -> None:
    match = {"provider": "circle", "body": {"notification.state": "CONFIRMED"}}
    async with open_developer() as developer, open_inbox() as inbox:
        wallet = await developer.wallet()
        await subscribe(developer, inbox, "transactions.inbound")
        await inbox.until(lambda all_: len(all_) == 1)
        await developer.fault({"name": kind, "match": match, "action": {"kind": kind}})
        await developer.drip(wallet, usdc=True)
        messages = await inbox.until(lambda all_: len(all_) == 1 + len(told))
        states = [each.body["notification"]["state"] for each in messages[1:]]
        assert states == told if kind == "reorder" else sorted(states) == sorted(told)
        ids = {each.body["notificationId"] for each in messages[1:]}
        assert len(ids) == 2


async def test_an_unknown_key_and_an_unknown_type_are_refused() -> None:
    async with open_developer() as developer:
        hooks = developer.hooks
        assert await developer.refused(hooks.get_notification_signature, NOBODY) == (404, 3)
        request = conf.CreateSubscriptionRequest.from_dict({"endpoint": "no url"})
        assert await developer.refused(hooks.create_subscription, request) == (400, 2)
