"""Circle's webhooks, as the sandbox signs and sends them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence

import orjson
import pytest

from adapters.circle.signing_keys import DOUBTED_AFTER, LOOKUPS_MAX, STORED_AS
from adapters.circle.webhooks import CircleWebhooks
from adapters.memory.clock import ManualClock
from adapters.memory.cursors import InMemoryCursors
from adapters.memory.database import InMemoryDatabase
from domain.ids import LookupKey, process_of
from domain.money import USDC, Money
from domain.processes.facts.funding import PaymentCompleted, TransferSeen
from domain.processes.funding.deposit_arrival import TRANSACTION
from ports.cursors import Cursors
from ports.inbound import ForgedMessage, InboundFact, SignatureUndecided, UnknownSigningKey
from sandbox.webhooks import Delivery
from tests.contract.circle_custody import CircleRig, open_circle
from tests.contract.custodian import AMOUNT, FUNDS, OTHER_WALLET, PAYMENT, CustodianContract
from tests.contract.rigs import eventually

NOBODY_LISTENS = "http://127.0.0.1:9/webhooks/circle"


@pytest.fixture
async def rig() -> AsyncIterator[CircleRig]:
    async with open_circle() as rig:
        yield rig


@pytest.fixture
def cursors() -> Cursors:
    """Outlives the process."""
    return InMemoryCursors(InMemoryDatabase())


@pytest.fixture
async def webhooks(rig: CircleRig, cursors: Cursors) -> CircleWebhooks:
    webhooks = CircleWebhooks(rig.client, cursors=cursors, clock=ManualClock())
    await webhooks.subscribe(NOBODY_LISTENS)
    return webhooks


def sent(rig: CircleRig) -> Sequence[Delivery]:
    return list(rig.world.webhooks.history)


async def inbound_facts(rig: CircleRig, webhooks: CircleWebhooks) -> list[InboundFact]:
    """What all messages so far say, verified one by one."""
    told: list[InboundFact] = []
    for delivery in sent(rig):
        told += await webhooks.translate(await webhooks.verify(delivery.body, delivery.headers))
    return told


async def told(rig: CircleRig, webhooks: CircleWebhooks, count: int) -> list[InboundFact]:
    async def ask() -> list[InboundFact] | None:
        found = await inbound_facts(rig, webhooks)
        return found if len(found) >= count else None

    return await eventually(rig, ask, list)


async def test_subscribing_again_changes_nothing(rig: CircleRig, webhooks: CircleWebhooks) -> None:
    await webhooks.subscribe(NOBODY_LISTENS)
    subscriptions = await rig.client.subscriptions()
    assert [each["endpoint"] for each in subscriptions] == [NOBODY_LISTENS]


async def test_the_test_message_is_genuine_and_says_nothing(
    rig: CircleRig, webhooks: CircleWebhooks
) -> None:
    (delivery,) = sent(rig)
    message = await webhooks.verify(delivery.body, delivery.headers)
    assert (message.source, message.id) == ("circle", str(uuid.UUID(int=0)))
    assert message.body == delivery.body
    assert await webhooks.translate(message) == ()


async def test_an_arrival_is_told_when_seen_and_when_final(
    rig: CircleRig, webhooks: CircleWebhooks
) -> None:
    wallet = await CustodianContract().create(rig)
    await rig.fund(wallet, FUNDS)
    seen, final = await told(rig, webhooks, 2)
    for inbound, is_final in ((seen, False), (final, True)):
        assert isinstance(inbound.fact, TransferSeen)
        assert inbound.fact.final is is_final
        assert inbound.fact.amount == FUNDS
        assert inbound.fact.wallet_id == wallet.wallet_id
        assert inbound.about == LookupKey(TRANSACTION, inbound.fact.transaction_id)


async def test_a_payment_is_told_when_it_is_final(rig: CircleRig, webhooks: CircleWebhooks) -> None:
    contract = CustodianContract()
    wallet, to = await contract.funded(rig), await contract.create(rig, OTHER_WALLET)
    await contract.pay(rig, wallet, to)
    found = await told(rig, webhooks, 5)
    (paid,) = (inbound for inbound in found if isinstance(inbound.fact, PaymentCompleted))
    assert paid.about == process_of(PAYMENT)
    assert paid.fact == await contract.completed(rig)
    arrived = [inbound.fact for inbound in found if isinstance(inbound.fact, TransferSeen)]
    assert {fact.amount for fact in arrived} == {FUNDS, AMOUNT}


async def test_only_the_signed_bytes_pass(rig: CircleRig, webhooks: CircleWebhooks) -> None:
    await rig.fund(await CustodianContract().create(rig), Money.of("25", USDC))
    await told(rig, webhooks, 1)
    delivery = sent(rig)[-1]
    forged = delivery.body.replace(b'"25"', b'"99"')
    assert forged != delivery.body
    for body in (forged, delivery.body + b" ", orjson.dumps(orjson.loads(delivery.body)) + b"\n"):
        with pytest.raises(ForgedMessage):
            await webhooks.verify(body, delivery.headers)


@pytest.mark.parametrize(
    "change",
    [
        {"X-Circle-Signature": None},
        {"X-Circle-Key-Id": None},
        {"X-Circle-Signature": ""},
        {"X-Circle-Signature": "not base64"},
        {"X-Circle-Signature": "bm90IGEgc2lnbmF0dXJl"},
        {"X-Circle-Key-Id": "../../v1/w3s/wallets"},
        {"X-Circle-Key-Id": "01920000-0000-4000-8000-000000000000"},
    ],
)
async def test_a_message_that_circle_did_not_sign_is_refused(
    rig: CircleRig, webhooks: CircleWebhooks, change: Mapping[str, str | None]
) -> None:
    (delivery,) = sent(rig)
    headers = {**delivery.headers, **change}
    with pytest.raises(ForgedMessage):
        await webhooks.verify(delivery.body, {k: v for k, v in headers.items() if v is not None})


async def test_only_the_signature_headers_are_kept(
    rig: CircleRig, webhooks: CircleWebhooks
) -> None:
    (delivery,) = sent(rig)
    headers = {name.upper(): value for name, value in delivery.headers.items()}
    message = await webhooks.verify(delivery.body, {**headers, "Cookie": "secret"})
    assert set(message.headers) == {"x-circle-signature", "x-circle-key-id"}
    assert await webhooks.verify(message.body, message.headers) == message


async def flood(webhooks: CircleWebhooks, delivery: Delivery) -> Mapping[type[Exception], int]:
    """Messages with invented ids of keys, and how many were refused in which way."""
    outcomes: Counter[type[Exception]] = Counter()
    for number in range(3 * LOOKUPS_MAX):
        headers = {**delivery.headers, "X-Circle-Key-Id": str(uuid.UUID(int=number))}
        with pytest.raises((ForgedMessage, SignatureUndecided)) as refused:
            await webhooks.verify(delivery.body, headers)
        outcomes[refused.type] += 1
    return outcomes


@pytest.mark.situation(
    "Strangers send messages with invented ids of Circle's keys",
    must="few look-ups at Circle; beyond them no verdict, so that a genuine message comes again",
)
async def test_a_forger_cannot_make_us_hammer_circle(
    rig: CircleRig, webhooks: CircleWebhooks
) -> None:
    (delivery,) = sent(rig)
    outcomes = await flood(webhooks, delivery)
    assert rig.recording.operations().count("get_signing_key") == LOOKUPS_MAX
    assert outcomes == {UnknownSigningKey: LOOKUPS_MAX, SignatureUndecided: 2 * LOOKUPS_MAX}
    with pytest.raises(SignatureUndecided):
        await webhooks.verify(delivery.body, delivery.headers)


@pytest.mark.situation(
    "The API restarts in the middle of such a flood",
    must="messages signed with a key that was seen before the restart are taken",
)
async def test_a_flood_after_a_restart_keeps_nothing_out(
    rig: CircleRig, webhooks: CircleWebhooks, cursors: Cursors
) -> None:
    (delivery,) = sent(rig)
    await webhooks.verify(delivery.body, delivery.headers)
    restarted = CircleWebhooks(rig.client, cursors=cursors, clock=ManualClock())
    await flood(restarted, delivery)
    assert (await restarted.verify(delivery.body, delivery.headers)).body == delivery.body


async def test_a_key_that_signed_nothing_genuine_is_not_remembered(
    rig: CircleRig, webhooks: CircleWebhooks, cursors: Cursors
) -> None:
    (delivery,) = sent(rig)
    with pytest.raises(ForgedMessage):
        await webhooks.verify(delivery.body + b" ", delivery.headers)
    assert await cursors.read(STORED_AS) is None


async def test_a_cached_key_that_does_not_fit_is_fetched_again_once(
    rig: CircleRig, cursors: Cursors
) -> None:
    clock = ManualClock()
    webhooks = CircleWebhooks(rig.client, cursors=cursors, clock=clock)
    await webhooks.subscribe(NOBODY_LISTENS)
    (delivery,) = sent(rig)
    await webhooks.verify(delivery.body, delivery.headers)
    looked_up = rig.recording.operations().count("get_signing_key")
    clock.advance(DOUBTED_AFTER.total_seconds())
    for _ in range(3):
        with pytest.raises(ForgedMessage):
            await webhooks.verify(delivery.body + b" ", delivery.headers)
    assert rig.recording.operations().count("get_signing_key") == looked_up + 1
