"""Webhook endpoints and what is sent to them at the sandbox off-ramp, in plain HTTP."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature

from tests.sandbox.due_customer import scenario
from tests.sandbox.due_endpoints import plays

PATH = "/v1/webhook_endpoints"
TYPES = {
    "transfer.status_changed",
    "bp.kyc.status_changed",
    "bp.tos_accepted",
    "virtual_account.updated",
    "transfers.kyc.submission.created",
    "transfers.kyc.submission.status_changed",
    "transfers.kyc.sumsub.status_changed",
}


@plays(
    "POST /v1/webhook_endpoints",
    "GET /v1/webhook_endpoints",
    "GET /v1/webhook_endpoints/events",
    "POST /v1/webhook_endpoints/{id}",
    "DELETE /v1/webhook_endpoints/{id}",
)
async def test_an_endpoint_is_made_changed_and_deleted() -> None:
    async with scenario() as ann:
        await ann.onboard()
        assert set(await ann.get(f"{PATH}/events")) == TYPES
        body = {"url": ann.hook_url, "description": "ours", "events": ["bp.tos_accepted"]}
        made = await ann.post(PATH, body)
        assert made["id"].startswith("whk_")
        assert (made["description"], made["url"]) == ("ours", ann.hook_url)
        assert (made["subscribedEvents"], made["enabled"]) == (["bp.tos_accepted"], True)
        assert made["ownerId"] == ann.account_id
        assert made["publicKey"].startswith("-----BEGIN PUBLIC KEY-----\n")
        assert await ann.get(PATH) == [made]
        change = {"events": ["transfer.status_changed"], "enabled": False, "description": "new"}
        changed = await ann.post(f"{PATH}/{made['id']}", change)
        assert changed == made | {
            "subscribedEvents": ["transfer.status_changed"],
            "enabled": False,
            "description": "new",
        }
        await ann.offramp("10")
        assert ann.inbox.messages == []
        assert (await ann.call("DELETE", f"{PATH}/{made['id']}"))[0] == 200
        assert await ann.get(PATH) == []
        gone = await ann.refused("POST", f"{PATH}/{made['id']}", {"enabled": True})
        assert gone == (404, "err_webhook_endpoint_not_found")


async def test_an_endpoint_has_a_new_url_and_known_events() -> None:
    async with scenario() as ann:
        await ann.onboard()
        await ann.post(PATH, {"url": ann.hook_url})
        for body, refusal in (
            ({"url": ann.hook_url}, (409, "err_webhook_endpoint_already_exists")),
            ({"url": "nonsense"}, (400, "err_webhook_endpoint_invalid_url")),
            (
                {"url": "https://a.b/c", "events": ["no.such"]},
                (400, "err_webhook_event_not_supported"),
            ),
            ({}, (422, "err_validation")),
        ):
            assert await ann.refused("POST", PATH, body) == refusal
        assert len(await ann.get(PATH)) == 1


@plays(
    "GET /v1/webhook_endpoints/{id}/events",
    "POST /v1/webhook_endpoints/{id}/events/{event_id}/retry",
)
async def test_what_was_sent_is_listed_and_sent_again_in_the_same_bytes() -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = await ann.post(PATH, {"url": ann.hook_url})
        transfer, _ = await ann.offramp("10")
        await ann.wait_for(lambda: ann.inbox.messages, "the first message")
        (event,) = ann.inbox.opened(made["publicKey"])
        assert event["id"].startswith("wh_evt__")
        assert event.keys() == {"id", "type", "data", "occurredAt", "attemptedAt"}
        assert (event["type"], event["data"]) == ("transfer.status_changed", transfer)
        path = f"{PATH}/{made['id']}/events/"
        (listed,) = (await ann.get(path))["items"]
        assert (listed["id"], listed["eventType"]) == (event["id"], event["type"])
        assert (listed["eventData"], listed["attempts"]) == (transfer, 1)
        assert (listed["responseStatusCode"], listed["lastError"]) == (200, "")
        assert (await ann.get(path, onlyFailed="true"))["items"] == []
        assert (await ann.get(path, endDate="2000-01-01"))["items"] == []
        await ann.post(f"{path}{event['id']}/retry")
        await ann.wait_for(lambda: len(ann.inbox.messages) == 2, "the second message")
        assert ann.inbox.messages[0] == ann.inbox.messages[1]
        unknown = await ann.refused("POST", f"{path}wh_evt__0/retry")
        assert unknown == (404, "err_webhook_event_not_found")


async def test_every_endpoint_signs_with_a_key_of_its_own() -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = await ann.post(PATH, {"url": ann.hook_url})
        other = await ann.post(PATH, {"url": f"{ann.root}/v1/accounts"})
        assert made["publicKey"] != other["publicKey"]
        await ann.offramp("10")
        await ann.wait_for(lambda: ann.inbox.messages, "a message")
        assert len(ann.inbox.messages[0][1]) == 128
        with pytest.raises(InvalidSignature):
            ann.inbox.opened(other["publicKey"])
        path = f"{PATH}/{other['id']}/events"

        async def failed() -> int:
            return len((await ann.get(path, onlyFailed="true"))["items"])

        for _ in range(100):
            if await failed():
                break
        (lost,) = (await ann.get(path, onlyFailed="true"))["items"]
        assert (lost["responseStatusCode"], lost["lastError"]) == (401, "status 401")
