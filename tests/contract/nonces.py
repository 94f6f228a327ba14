"""What every store of nonces must do."""

from __future__ import annotations

import asyncio

import attrs

from ports.nonces import Nonces
from tests.contract.rate_limiter import Pass


@attrs.frozen
class Remembering:
    """A store, and the means to let seconds pass for it."""

    nonces: Nonces
    let_pass: Pass


class NoncesContract:
    """Subclasses provide the fixture ``remembering``."""

    async def test_a_name_is_used_once(self, remembering: Remembering) -> None:
        nonces = remembering.nonces
        assert [await nonces.use("a", for_s=60_000) for _ in range(3)] == [True, False, False]
        assert await nonces.use("b", for_s=60_000)

    async def test_of_many_uses_at_once_one_is_the_first(self, remembering: Remembering) -> None:
        nonces = remembering.nonces
        uses = await asyncio.gather(*(nonces.use("a", for_s=60_000) for _ in range(100)))
        assert uses.count(True) == 1

    async def test_a_name_is_remembered_as_long_as_was_said(self, remembering: Remembering) -> None:
        nonces = remembering.nonces
        assert await nonces.use("short", for_s=1000)
        assert await nonces.use("long", for_s=60_000)
        await remembering.let_pass(500)
        assert not await nonces.use("short", for_s=60_000)
        await remembering.let_pass(600)
        assert await nonces.use("short", for_s=60_000)
        assert not await nonces.use("long", for_s=60_000)
