from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
import pytest

from adapters.due.webhooks import EVENTS, SIGNATURE, DueWebhooks
from domain.accounts.onboarding import ProviderAccountStatus
from domain.funding.conversion import Conversion, Direction
from domain.ids import LookupKey, process_of
from domain.money import Money
from domain.processes.accounts.onboarding import OFFRAMP_ACCOUNT
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import ConversionFailed, ConversionHeld, ConversionSettled
from ports.errors import ProviderUnavailable
from ports.inbound import (
    ForgedMessage,
    InboundFact,
    SignatureUndecided,
    UnreadableMessage,
    UnsignedMessage,
)
from ports.processes import Message
from sandbox.webhooks import Delivery
from tests.contract.due_rig import DueRig, open_due
from tests.contract.offramp_rig import (
    AMOUNT,
    CONVERSION,
    DOLLARS,
    ONRAMP,
    TINY,
    TREASURY,
    WALLET,
    open_approved,
)

URL = "http://127.0.0.1:9/webhooks/due"
"""Nobody listens there: the tests read what the sandbox meant to deliver."""


@pytest.fixture
async def rig() -> AsyncIterator[DueRig]:
    async with open_due() as rig:
        yield rig


def webhooks_of(rig: DueRig) -> DueWebhooks:
    return DueWebhooks.of(rig.client, settings=rig.settings, clock=rig.clock)


@pytest.fixture
async def webhooks(rig: DueRig) -> DueWebhooks:
    webhooks = webhooks_of(rig)
    await webhooks.subscribe(URL)
    return webhooks


def deliveries(rig: DueRig) -> list[Delivery]:
    return list(rig.world.webhooks.history)


async def inbound_facts(rig: DueRig, webhooks: DueWebhooks) -> list[InboundFact]:
    """Everything that the deliveries so far say."""
    said: list[InboundFact] = []
    for delivery in deliveries(rig):
        message = await webhooks.verify(delivery.body, delivery.headers)
        said.extend(await webhooks.translate(message))
    return said


async def opened(rig: DueRig, direction: Direction) -> Conversion:
    to_dollars = direction is Direction.TO_DOLLARS
    account_id = await open_approved(rig)
    rig.world.webhooks.history.clear()
    answer = await rig.offramp.open_conversion(
        CONVERSION if to_dollars else ONRAMP,
        direction=direction,
        amount=AMOUNT if to_dollars else DOLLARS,
        account_id=account_id,
        wallet=WALLET if to_dollars else TREASURY,
        attempt=1,
    )
    return answer.conversion


async def pass_a_minute(rig: DueRig) -> None:
    for _ in range(30):
        await rig.pass_time()


def tampered(delivery: Delivery) -> bytes:
    return delivery.body.replace(b"transfer", b"tranzfer", 1)


async def test_a_settled_transfer_is_told_once_with_the_look_ups_words(
    rig: DueRig, webhooks: DueWebhooks
) -> None:
    conversion = await opened(rig, Direction.TO_DOLLARS)
    await rig.pay(conversion, AMOUNT, wallet=WALLET)
    await pass_a_minute(rig)
    [account] = [account async for account in rig.client.accounts()]
    looked_up = await rig.offramp.find_conversion(
        CONVERSION, account_id=account.id, provider_id=conversion.provider_id
    )
    assert isinstance(looked_up, ConversionSettled)
    assert len(deliveries(rig)) > 1
    assert await inbound_facts(rig, webhooks) == [InboundFact(process_of(CONVERSION), looked_up)]


async def test_a_payment_into_a_virtual_account_finds_its_reference(
    rig: DueRig, webhooks: DueWebhooks
) -> None:
    conversion = await opened(rig, Direction.TO_USDC)
    await rig.pay(conversion, DOLLARS, wallet=TREASURY)
    await pass_a_minute(rig)
    stripped = [_without_memo(delivery) for delivery in deliveries(rig)]
    said = [inbound for message in stripped for inbound in await webhooks.translate(message)]
    [inbound] = said
    assert inbound.about == process_of(ONRAMP)
    assert isinstance(inbound.fact, ConversionSettled)
    assert inbound.fact.settlement.delivered == rig.usdc(TREASURY)


def _without_memo(delivery: Delivery) -> Message:
    """As Due sends it when the bank payment carries no text of ours."""
    document = orjson.loads(delivery.body)
    document["data"]["destination"].pop("memo")
    return Message(source="due", id="e", body=orjson.dumps(document), headers={})


async def test_a_transfer_that_lapsed_has_failed(rig: DueRig, webhooks: DueWebhooks) -> None:
    await opened(rig, Direction.TO_DOLLARS)
    await rig.let_lapse()
    [inbound] = await inbound_facts(rig, webhooks)
    assert isinstance(inbound.fact, ConversionFailed)


async def test_a_transfer_in_review_is_held(rig: DueRig, webhooks: DueWebhooks) -> None:
    conversion = await opened(rig, Direction.TO_DOLLARS)
    short: Money = AMOUNT - TINY
    await rig.pay(conversion, short, wallet=WALLET)
    await pass_a_minute(rig)
    [inbound] = await inbound_facts(rig, webhooks)
    assert isinstance(inbound.fact, ConversionHeld)


async def test_news_of_an_account_is_read_again(rig: DueRig, webhooks: DueWebhooks) -> None:
    account_id = await open_approved(rig)
    said = await inbound_facts(rig, webhooks)
    assert {inbound.about for inbound in said} == {LookupKey(OFFRAMP_ACCOUNT, account_id)}
    assert len(said) == 2
    for inbound in said:
        assert isinstance(inbound.fact, OfframpAccountReported)
        assert inbound.fact.standing is ProviderAccountStatus.APPROVED


async def test_other_news_is_of_no_interest(webhooks: DueWebhooks) -> None:
    body = b'{"id":"wh_evt__1","type":"virtual_account.updated","data":{"key":"k"}}'
    message = Message(source="due", id="wh_evt__1", body=body, headers={})
    assert await webhooks.translate(message) == ()


async def test_a_message_keeps_its_bytes_and_its_id(rig: DueRig, webhooks: DueWebhooks) -> None:
    await opened(rig, Direction.TO_DOLLARS)
    [delivery] = deliveries(rig)
    shouted = {name.upper(): value for name, value in delivery.headers.items()}
    message = await webhooks.verify(delivery.body, shouted)
    assert message.source == "due"
    assert message.body == delivery.body
    assert message.id == orjson.loads(delivery.body)["id"]
    assert set(message.headers) == {SIGNATURE}


async def test_a_changed_byte_is_a_forgery(rig: DueRig, webhooks: DueWebhooks) -> None:
    await opened(rig, Direction.TO_DOLLARS)
    [delivery] = deliveries(rig)
    with pytest.raises(ForgedMessage):
        await webhooks.verify(tampered(delivery), delivery.headers)


async def test_two_signatures_are_none(webhooks: DueWebhooks) -> None:
    with pytest.raises(UnsignedMessage):
        await webhooks.verify(b"{}", {SIGNATURE: "00" * 64, SIGNATURE.upper(): "00" * 64})


@pytest.mark.parametrize("signature", ["", "zz", "00" * 64, "00"])
async def test_a_signature_that_is_none_is_a_forgery(webhooks: DueWebhooks, signature: str) -> None:
    with pytest.raises(ForgedMessage):
        await webhooks.verify(b"{}", {SIGNATURE: signature})


async def test_no_signature_is_a_forgery(webhooks: DueWebhooks) -> None:
    with pytest.raises(ForgedMessage):
        await webhooks.verify(b"{}", {})


async def test_forgeries_do_not_make_us_call_due(rig: DueRig, webhooks: DueWebhooks) -> None:
    rig.recording.requests.clear()
    for number in range(20):
        with pytest.raises(SignatureUndecided if number else ForgedMessage):
            await webhooks.verify(b"{}", {SIGNATURE: "00" * 64})
    assert rig.recording.operations() == ["list_webhook_endpoints"]


async def test_keys_made_after_the_first_look_are_found(rig: DueRig) -> None:
    early = webhooks_of(rig)
    with pytest.raises(ForgedMessage):
        await early.verify(b"{}", {SIGNATURE: "00" * 64})
    await webhooks_of(rig).subscribe(URL)
    await opened(rig, Direction.TO_DOLLARS)
    [delivery] = deliveries(rig)
    with pytest.raises(SignatureUndecided):
        await early.verify(delivery.body, delivery.headers)
    await pass_a_minute(rig)
    assert (await early.verify(delivery.body, delivery.headers)).body == delivery.body


async def test_unread_keys_are_no_verdict_on_the_message(
    rig: DueRig, webhooks: DueWebhooks
) -> None:
    rig.be_unavailable()
    with pytest.raises(ProviderUnavailable):
        await webhooks.verify(b"{}", {SIGNATURE: "00" * 64})


async def test_subscribing_again_changes_nothing(rig: DueRig, webhooks: DueWebhooks) -> None:
    rig.recording.requests.clear()
    await webhooks.subscribe(URL)
    assert rig.recording.operations() == ["list_webhook_endpoints"]
    assert len([endpoint async for endpoint in rig.client.endpoints()]) == 1


async def test_an_endpoint_that_lacks_events_is_completed(rig: DueRig) -> None:
    await rig.client.create_endpoint(url=URL, events=EVENTS[:1])
    await webhooks_of(rig).subscribe(URL)
    [endpoint] = [endpoint async for endpoint in rig.client.endpoints()]
    assert set(endpoint.subscribed_events) == set(EVENTS)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"type":"transfer.status_changed"}',
        b'{"id":"e","type":"transfer.status_changed","data":{"id":"tf_1"}}',
    ],
)
async def test_what_is_not_documented_is_unreadable(webhooks: DueWebhooks, body: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        await webhooks.translate(Message(source="due", id="e", body=body, headers={}))
