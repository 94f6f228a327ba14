"""Which keys of Due's count, while endpoints come and go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.due.keys import KEYS_MAX, OVERLAP, REFRESH_AFTER, STALE_AFTER, EndpointKeys
from adapters.memory.clock import ManualClock
from ports.errors import ProviderUnavailable
from ports.inbound import SignatureUndecided

BODY = b'{"id": "wh_evt__1"}'
OLD, NEW, FORGER = (Ed25519PrivateKey.generate() for _ in range(3))


@attrs.frozen
class Listed:
    public_key: str


@attrs.define
class Due:
    """Lists the endpoints whose private keys it has, or does not answer."""

    keys: list[Ed25519PrivateKey]
    is_away: bool = False
    asked: int = 0

    async def endpoints(self) -> AsyncIterator[Listed]:
        self.asked += 1
        if self.is_away:
            raise ProviderUnavailable
        for key in self.keys:
            pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            yield Listed(pem.decode())


@attrs.frozen
class Webhooks:
    due: Due
    clock: ManualClock
    keys: EndpointKeys

    async def takes(self, key: Ed25519PrivateKey) -> bool:
        return await self.keys.have_signed(BODY, key.sign(BODY))

    async def judges(self, key: Ed25519PrivateKey) -> bool | None:
        """``None`` for no verdict."""
        try:
            return await self.takes(key)
        except SignatureUndecided:
            return None


@pytest.fixture
def webhooks() -> Webhooks:
    due, clock = Due([OLD]), ManualClock()
    return Webhooks(due, clock, EndpointKeys(cast(Any, due), clock=clock))


async def test_two_endpoints_have_two_keys(webhooks: Webhooks) -> None:
    webhooks.due.keys = [OLD, NEW]
    assert [await webhooks.judges(key) for key in (OLD, NEW, FORGER)] == [True, True, None]
    assert webhooks.due.asked == 1


async def test_during_a_rotation_both_keys_count(webhooks: Webhooks) -> None:
    assert await webhooks.takes(OLD)
    webhooks.due.keys = [NEW]
    webhooks.clock.advance(REFRESH_AFTER.total_seconds())
    assert [await webhooks.takes(key) for key in (NEW, OLD)] == [True, True]
    webhooks.clock.advance(OVERLAP.total_seconds())
    assert [await webhooks.judges(key) for key in (NEW, OLD)] == [True, None]
    webhooks.clock.advance(REFRESH_AFTER.total_seconds())
    assert not await webhooks.takes(OLD)


async def test_a_key_that_is_listed_again_stays(webhooks: Webhooks) -> None:
    assert await webhooks.takes(OLD)
    for listed in ([NEW], [NEW, OLD]):
        webhooks.due.keys = listed
        webhooks.clock.advance(STALE_AFTER.total_seconds())
        assert await webhooks.takes(OLD)
    webhooks.clock.advance(OVERLAP.total_seconds())
    assert await webhooks.takes(OLD)


async def test_a_key_that_only_fits_is_found_out_in_time(webhooks: Webhooks) -> None:
    assert await webhooks.takes(OLD)
    webhooks.due.keys = []
    for seconds, taken in ((0, True), (STALE_AFTER.total_seconds(), True)):
        webhooks.clock.advance(seconds)
        assert await webhooks.takes(OLD) is taken
    webhooks.clock.advance(OVERLAP.total_seconds())
    assert not await webhooks.takes(OLD)


async def test_while_due_is_away_its_last_answer_stands(webhooks: Webhooks) -> None:
    assert await webhooks.takes(OLD)
    webhooks.due.is_away = True
    webhooks.clock.advance(STALE_AFTER.total_seconds())
    assert [await webhooks.takes(OLD) for _ in range(20)] == [True] * 20
    assert webhooks.due.asked == 2
    with pytest.raises(ProviderUnavailable):
        await webhooks.takes(FORGER)


async def test_only_so_many_keys_are_kept(webhooks: Webhooks) -> None:
    every: list[Ed25519PrivateKey] = []
    for _ in range(4):
        webhooks.due.keys = [Ed25519PrivateKey.generate() for _ in range(KEYS_MAX)]
        webhooks.clock.advance(REFRESH_AFTER.total_seconds())
        assert await webhooks.takes(webhooks.due.keys[0])
        every += webhooks.due.keys
    assert sum([await webhooks.judges(key) is True for key in every]) == 2 * KEYS_MAX


@pytest.mark.situation(
    "Due's endpoint gets a new key just after a forged message made us read the keys",
    must="a message signed with the new key is not taken for forged; it is taken when it comes again",
)
async def test_a_key_that_is_newer_than_the_list_is_not_refused(webhooks: Webhooks) -> None:
    assert await webhooks.judges(FORGER) is False
    webhooks.due.keys = [NEW]
    assert [await webhooks.judges(key) for key in (NEW, FORGER)] == [None, None]
    webhooks.clock.advance(REFRESH_AFTER.total_seconds())
    assert await webhooks.judges(NEW) is True
    assert webhooks.due.asked == 2
