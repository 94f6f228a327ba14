"""What a relay has to show, and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import attrs
import pytest
from multidict import CIMultiDict

from adapters.memory.clock import ManualClock
from adapters.memory.nonces import InMemoryNonces
from adapters.push_relay.settings import RelaySettings
from adapters.push_relay.signature import FORMS, RelaySignature, sign
from ports.inbound import (
    ForgedMessage,
    ReplayedMessage,
    SourceClosed,
    StaleMessage,
    UnknownSigningKey,
    UnsignedMessage,
)
from ports.nonces import NoncesUnavailable
from tests.support.relays import KEY, KEY_ID, Relay

BODY = b'{"event_id": "01J1"}\n'
NEXT = Relay(ManualClock(), "relay-2", "another key that is long enough to count")
TOLERANCE_S = 300


@attrs.define
class Door:
    """A signature's verifier, and what a test may move."""

    clock: ManualClock
    nonces: InMemoryNonces
    keys: Mapping[str, str] = attrs.field(factory=lambda: {KEY_ID: KEY})

    async def opens(self, headers: Mapping[str, str], body: bytes = BODY) -> Mapping[str, str]:
        settings = RelaySettings(keys=self.keys, tolerance_s=TOLERANCE_S)
        signature = RelaySignature(settings, nonces=self.nonces, clock=self.clock)
        return await signature.require(body, headers)


@pytest.fixture
def door() -> Door:
    clock = ManualClock()
    return Door(clock, InMemoryNonces(clock))


@pytest.fixture
def relay(door: Door) -> Relay:
    return Relay(door.clock)


def test_the_signature_is_what_the_documents_say_it_is() -> None:
    signed = sign(b'{"a":1}', key=KEY, timestamp="1767625200", nonce="3f0c9e5b7d1a4c52")
    assert signed == "v1=6387e106902642ccc346b3040c76f035c551f82569da541d221728adfcc3f22b"


async def test_what_is_signed_passes_and_only_its_proofs_are_kept(door: Door, relay: Relay) -> None:
    signature_headers = relay.sign(BODY)
    kept = await door.opens({**signature_headers, "Authorization": "Bearer x", "Host": "here"})
    assert kept == {name.lower(): value for name, value in signature_headers.items()}


async def test_a_changed_byte_is_a_forgery(door: Door, relay: Relay) -> None:
    for body in (BODY.replace(b"1", b"2"), BODY + b" ", BODY.strip(), b""):
        with pytest.raises(ForgedMessage):
            await door.opens(relay.sign(BODY), body)


@pytest.mark.parametrize("name", ["X-Relay-Timestamp", "X-Relay-Nonce"])
async def test_a_changed_proof_is_a_forgery(door: Door, relay: Relay, name: str) -> None:
    signature_headers = relay.sign(BODY)
    changed = signature_headers[name][:-1] + chr(ord(signature_headers[name][-1]) ^ 1)
    with pytest.raises(ForgedMessage):
        await door.opens(signature_headers | {name: changed})


async def test_the_bytes_cannot_be_shifted_between_nonce_and_body(door: Door, relay: Relay) -> None:
    signature_headers = relay.sign(b"0123456789.rest", nonce="a-nonce-of-its-own")
    shifted = {**signature_headers, "X-Relay-Nonce": "a-nonce-of-its-own.0123456789"}
    with pytest.raises(UnsignedMessage):
        await door.opens(shifted, b"rest")


async def test_another_key_under_a_known_name_is_a_forgery(door: Door) -> None:
    with pytest.raises(ForgedMessage) as refusal:
        await door.opens(Relay(door.clock, KEY_ID, NEXT.key).sign(BODY))
    assert type(refusal.value) is ForgedMessage


async def test_a_key_that_nobody_has_is_said_to_be_unknown(door: Door) -> None:
    with pytest.raises(UnknownSigningKey):
        await door.opens(NEXT.sign(BODY))


async def test_keys_rotate_without_a_gap(door: Door, relay: Relay) -> None:
    new = attrs.evolve(NEXT, clock=door.clock)
    door.keys = {KEY_ID: KEY, NEXT.key_id: NEXT.key}
    await door.opens(relay.sign(BODY))
    await door.opens(new.sign(BODY))
    door.keys = {NEXT.key_id: NEXT.key}
    await door.opens(new.sign(BODY))
    with pytest.raises(UnknownSigningKey):
        await door.opens(relay.sign(BODY))


async def test_without_keys_nobody_passes(door: Door, relay: Relay) -> None:
    door.keys = {}
    with pytest.raises(SourceClosed):
        await door.opens(relay.sign(BODY))


@pytest.mark.parametrize("off_by_s", [-TOLERANCE_S, TOLERANCE_S])
async def test_clocks_may_differ_a_little(door: Door, relay: Relay, off_by_s: int) -> None:
    signature_headers = relay.sign(BODY, off_by_s=off_by_s)
    kept = await door.opens(signature_headers)
    assert kept["x-relay-timestamp"] == signature_headers["X-Relay-Timestamp"]


@pytest.mark.parametrize("off_by_s", [-TOLERANCE_S - 1, TOLERANCE_S + 1, -(10**9), 10**10])
async def test_what_is_signed_for_another_time_is_stale(
    door: Door, relay: Relay, off_by_s: int
) -> None:
    with pytest.raises(StaleMessage):
        await door.opens(relay.sign(BODY, off_by_s=off_by_s))


@pytest.mark.parametrize("off_by_s", [-TOLERANCE_S, 0, TOLERANCE_S])
async def test_a_message_never_passes_twice(door: Door, relay: Relay, off_by_s: int) -> None:
    signature_headers = relay.sign(BODY, off_by_s=off_by_s)
    await door.opens(signature_headers)
    for _ in range(3 * TOLERANCE_S):
        door.clock.advance(1)
        with pytest.raises((ReplayedMessage, StaleMessage)):
            await door.opens(signature_headers)


async def test_of_many_at_once_one_passes(door: Door, relay: Relay) -> None:
    signature_headers = relay.sign(BODY)
    passed = await asyncio.gather(
        *(door.opens(signature_headers) for _ in range(50)), return_exceptions=True
    )
    assert sum(isinstance(each, ReplayedMessage) for each in passed) == 49


async def test_a_nonce_is_used_up_by_what_is_genuine_only(door: Door, relay: Relay) -> None:
    signature_headers = relay.sign(BODY)
    for body, off_by_s in ((b"forged", 0), (BODY, 10_000)):
        spoilt = relay.sign(BODY, off_by_s=off_by_s, nonce=signature_headers["X-Relay-Nonce"])
        with pytest.raises((ForgedMessage, StaleMessage)):
            await door.opens(spoilt, body)
    await door.opens(signature_headers)


async def test_the_same_nonce_under_another_key_is_another_nonce(door: Door, relay: Relay) -> None:
    door.keys = {KEY_ID: KEY, NEXT.key_id: NEXT.key}
    signed = [
        sender.sign(BODY, nonce="the-same-nonce-twice")
        for sender in (relay, attrs.evolve(NEXT, clock=door.clock))
    ]
    kept = [await door.opens(signature_headers) for signature_headers in signed]
    assert [each["x-relay-key-id"] for each in kept] == [KEY_ID, NEXT.key_id]
    for signature_headers in signed:
        with pytest.raises(ReplayedMessage):
            await door.opens(signature_headers)


async def test_nothing_passes_while_nonces_are_away(door: Door, relay: Relay) -> None:
    door.nonces.is_away = True
    with pytest.raises(NoncesUnavailable):
        await door.opens(relay.sign(BODY))


@pytest.mark.parametrize("name", FORMS)
async def test_every_proof_is_needed_exactly_once(door: Door, relay: Relay, name: str) -> None:
    signature_headers = CIMultiDict(relay.sign(BODY))
    value = signature_headers.pop(name)
    with pytest.raises(UnsignedMessage):
        await door.opens(signature_headers)
    for second in (value, "another"):
        with pytest.raises(UnsignedMessage):
            await door.opens(
                CIMultiDict([*signature_headers.items(), (name, value), (name, second)])
            )
    await door.opens(CIMultiDict([*signature_headers.items(), (name, value)]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Relay-Timestamp", "now"),
        ("X-Relay-Timestamp", "-1"),
        ("X-Relay-Timestamp", "1767625200.0"),
        ("X-Relay-Timestamp", "\u0661767625200"),
        ("X-Relay-Timestamp", "9" * 13),
        ("X-Relay-Nonce", "short"),
        ("X-Relay-Nonce", "n" * 65),
        ("X-Relay-Nonce", "with spaces in the nonce"),
        ("X-Relay-Nonce", "with-a-line-break\n"),
        ("X-Relay-Key-Id", ""),
        ("X-Relay-Key-Id", "RELAY/1"),
        ("X-Relay-Signature", ""),
        ("X-Relay-Signature", "v2=" + "0" * 64),
        ("X-Relay-Signature", "v1=" + "0" * 63),
        ("X-Relay-Signature", "v1=" + "G" * 64),
        ("X-Relay-Signature", "v1=" + "\u00e9" * 64),
    ],
)
async def test_a_malformed_proof_is_none(door: Door, relay: Relay, name: str, value: str) -> None:
    with pytest.raises(UnsignedMessage):
        await door.opens(relay.sign(BODY) | {name: value})


@pytest.mark.parametrize(
    "keys", [{"relay-1": "short"}, {"Relay 1": KEY}, {"": KEY}, {"relay-1": KEY, "other": ""}]
)
def test_keys_that_cannot_be_are_refused_at_the_start(keys: Mapping[str, str]) -> None:
    with pytest.raises(ValueError, match="keys"):
        RelaySettings(keys=keys)


def test_keys_are_not_shown() -> None:
    assert KEY not in repr(RelaySettings(keys={KEY_ID: KEY}))
