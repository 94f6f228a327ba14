from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.circle.chains import Network
from adapters.circle.signing_keys import (
    KEYS_MAX,
    KNOWN_FOR,
    LOOKUPS_MAX,
    LOOKUPS_WINDOW,
    UNKNOWN_FOR,
)
from adapters.circle.webhooks import CircleWebhooks
from adapters.memory.clock import ManualClock
from adapters.memory.cursors import InMemoryCursors
from adapters.memory.database import InMemoryDatabase
from domain.ids import ProcessId, process_of, reference
from domain.processes.facts.funding import PaymentFailed
from domain.wallets.chain import Chain
from ports.errors import ProviderOutcomeUnknown, ProviderUnavailable
from ports.inbound import (
    ForgedMessage,
    InboundFact,
    SignatureUndecided,
    UnknownSigningKey,
    UnreadableMessage,
    UnsignedMessage,
)
from ports.processes import Message
from tests.support.transports import Answer, Scripted
from tests.unit.adapters.circle.scripted_client import PEM, data, error, over

REF = reference(ProcessId("01920000-0000-7000-8000-000000000001"), "payment")
TOKEN = Network(testnet=True).usdc(Chain.POLYGON)
SIGNER = ec.generate_private_key(ec.SECP256R1())
DER = SIGNER.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
RSA = PEM.replace("\n", "").removeprefix("-----BEGIN PUBLIC KEY-----").split("-")[0]
PUBLIC = data({"id": "k", "publicKey": base64.b64encode(DER).decode()})
BODY = b'{"notificationId": "n-1"}'


def key_id(number: int = 1) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def signed(body: bytes = BODY, *, key: str | None = None) -> dict[str, str]:
    signature = SIGNER.sign(body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Circle-Signature": base64.b64encode(signature).decode(),
        "X-Circle-Key-Id": key or key_id(),
    }


def webhooks(*answers: Answer) -> tuple[CircleWebhooks, Scripted, ManualClock]:
    client, transport = over(*answers)
    clock = ManualClock()
    cursors = InMemoryCursors(InMemoryDatabase())
    return CircleWebhooks(client, cursors=cursors, clock=clock), transport, clock


async def say(kind: str, notification: Any) -> list[InboundFact]:
    body = orjson.dumps(
        {"notificationId": "n-1", "notificationType": kind, "notification": notification}
    )
    message = Message(source="circle", id="n-1", body=body, headers={})
    return list(await webhooks(PUBLIC)[0].translate(message))


def transfer(state: str, **fields: Any) -> dict[str, Any]:
    return {"id": "t-1", "state": state, "tokenId": TOKEN, "amounts": ["1.5"], **fields}


@pytest.mark.parametrize("state", ["FAILED", "DENIED", "CANCELLED"])
async def test_a_payment_that_ended_badly_is_told_to_its_process(state: str) -> None:
    (inbound,) = await say("transactions.outbound", transfer(state, refId=REF))
    failed = PaymentFailed(reference=REF, reason=state, final=state == "DENIED")
    assert inbound == InboundFact(process_of(REF), failed)


@pytest.mark.parametrize(
    ("kind", "notification"),
    [
        ("transactions.outbound", transfer("SENT", refId=REF)),
        ("transactions.outbound", transfer("CONFIRMED", refId=REF)),
        ("transactions.outbound", transfer("SOMETHING_NEW", refId=REF)),
        ("transactions.outbound", transfer("COMPLETE", refId="somebody else's")),
        ("transactions.outbound", transfer("COMPLETE")),
        ("transactions.inbound", transfer("COMPLETE", amounts=["0"])),
        ("transactions.inbound", transfer("COMPLETE", amounts=["-5.00"])),
        ("transactions.inbound", transfer("SOMETHING_NEW")),
        ("transactions.inbound", transfer("COMPLETE", tokenId="another")),
        ("webhooks.test", {"hello": "world"}),
        ("contracts.eventLog", None),
    ],
)
async def test_what_settles_nothing_says_nothing(kind: str, notification: Any) -> None:
    assert await say(kind, notification) == []


@pytest.mark.parametrize(
    "notification",
    [
        None,
        [],
        {},
        {"id": "t-1"},
        transfer("COMPLETE", amounts=["1.0000001"]),
        transfer("COMPLETE", amounts=["NaN"]),
        transfer("COMPLETE", amounts=[1.5]),
        transfer("COMPLETE", amounts=["1", "2"]),
        transfer("COMPLETE", amounts=[]),
        transfer("COMPLETE", amounts=7),
    ],
)
async def test_an_unreadable_message_says_so(notification: Any) -> None:
    with pytest.raises(UnreadableMessage):
        await say("transactions.inbound", notification)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"other": 1}'])
async def test_a_signed_message_without_a_name_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        await webhooks(PUBLIC)[0].verify(body, signed(body))


async def test_a_key_is_fetched_once() -> None:
    hooks, transport, _ = webhooks(PUBLIC)
    for _ in range(5):
        assert (await hooks.verify(BODY, signed())).id == "n-1"
    assert len(transport.requests) == 1


async def test_an_unknown_key_is_asked_for_once_in_a_while() -> None:
    hooks, transport, clock = webhooks(error(404, 1), PUBLIC)
    for _ in range(5):
        with pytest.raises(ForgedMessage):
            await hooks.verify(BODY, signed())
    assert len(transport.requests) == 1
    clock.advance(UNKNOWN_FOR.total_seconds())
    await hooks.verify(BODY, signed())
    assert len(transport.requests) == 2


async def test_a_new_key_is_taken_beside_the_old_one() -> None:
    hooks, transport, _ = webhooks(PUBLIC, PUBLIC)
    for _ in range(3):
        await hooks.verify(BODY, signed(key=key_id(1)))
        await hooks.verify(BODY, signed(key=key_id(2)))
    assert len(transport.requests) == 2


async def test_a_key_that_circle_took_back_is_no_longer_taken() -> None:
    hooks, transport, clock = webhooks(PUBLIC, PUBLIC, error(404, 1))
    for _ in range(2):
        await hooks.verify(BODY, signed())
        clock.advance(KNOWN_FOR.total_seconds())
    for _ in range(5):
        with pytest.raises(UnknownSigningKey):
            await hooks.verify(BODY, signed())
    assert len(transport.requests) == 3


@pytest.mark.parametrize("answer", [ProviderUnavailable("connection refused"), data({})])
async def test_while_circle_cannot_be_asked_again_its_last_answer_stands(answer: Answer) -> None:
    hooks, transport, clock = webhooks(PUBLIC, answer, error(404, 1))
    await hooks.verify(BODY, signed())
    clock.advance(KNOWN_FOR.total_seconds())
    await hooks.verify(BODY, signed())
    assert len(transport.requests) == 2
    with pytest.raises(UnknownSigningKey):
        await hooks.verify(BODY, signed())


async def test_a_flood_of_unknown_keys_does_not_stop_a_known_one() -> None:
    hooks, transport, clock = webhooks(PUBLIC, *[error(404, 1)] * LOOKUPS_MAX, PUBLIC)
    await hooks.verify(BODY, signed())
    clock.advance(KNOWN_FOR.total_seconds())
    for number in range(2, 2 + LOOKUPS_MAX):
        with pytest.raises(UnknownSigningKey):
            await hooks.verify(BODY, signed(key=key_id(number)))
    await hooks.verify(BODY, signed())
    assert len(transport.requests) == 2 + LOOKUPS_MAX


async def test_two_signatures_are_none() -> None:
    hooks, transport, _ = webhooks(PUBLIC)
    with pytest.raises(UnsignedMessage):
        await hooks.verify(BODY, signed() | {"x-circle-signature": "another"})
    assert not transport.requests


async def test_look_ups_resume_after_a_flood_of_forgeries() -> None:
    hooks, transport, clock = webhooks(*[error(404, 1)] * LOOKUPS_MAX, PUBLIC)
    for number in range(3 * LOOKUPS_MAX):
        with pytest.raises(UnknownSigningKey if number < LOOKUPS_MAX else SignatureUndecided):
            await hooks.verify(BODY, signed(key=key_id(number)))
    assert len(transport.requests) == LOOKUPS_MAX
    clock.advance(LOOKUPS_WINDOW.total_seconds())
    await hooks.verify(BODY, signed(key=key_id(999)))


async def test_only_so_many_keys_are_kept() -> None:
    hooks, transport, clock = webhooks(PUBLIC)
    for number in range(3 * KEYS_MAX):
        clock.advance(LOOKUPS_WINDOW.total_seconds())
        await hooks.verify(BODY, signed(key=key_id(number)))
    for number in reversed(range(3 * KEYS_MAX)):
        await hooks.verify(BODY, signed(key=key_id(number)))
        if len(transport.requests) > 3 * KEYS_MAX:
            break
    assert 3 * KEYS_MAX - number == KEYS_MAX + 1, (
        "the newest are known, the one before is asked for"
    )


async def test_a_key_that_cannot_be_fetched_now_condemns_nobody() -> None:
    hooks, _, _ = webhooks(ProviderUnavailable("connection refused"), PUBLIC)
    with pytest.raises(ProviderUnavailable):
        await hooks.verify(BODY, signed())
    await hooks.verify(BODY, signed())


@pytest.mark.parametrize(
    "key",
    [{}, {"publicKey": "?"}, {"publicKey": "bm8gcHVibGljIGtleQ=="}, {"publicKey": RSA}],
)
async def test_a_key_that_is_none_lets_nothing_pass(key: Any) -> None:
    with pytest.raises(ProviderOutcomeUnknown):
        await webhooks(data(key))[0].verify(BODY, signed())


async def test_subscribing_names_what_we_want_to_hear() -> None:
    hooks, transport, _ = webhooks(data([{"endpoint": "https://other.invalid"}]), data({}))
    await hooks.subscribe("https://ours.invalid/hook")
    assert orjson.loads(transport.requests[-1].body or b"") == {
        "endpoint": "https://ours.invalid/hook",
        "notificationTypes": ["transactions.inbound", "transactions.outbound"],
    }
    assert not transport.requests[-1].is_safe
