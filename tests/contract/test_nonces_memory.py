from __future__ import annotations

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.nonces import InMemoryNonces
from ports.nonces import NoncesUnavailable
from tests.contract.nonces import NoncesContract, Remembering


class TestInMemoryNonces(NoncesContract):
    """The twin, on a clock that is moved by hand."""

    @pytest.fixture
    def remembering(self) -> Remembering:
        clock = ManualClock()

        async def let_pass(seconds: float) -> None:
            clock.advance(seconds)

        return Remembering(InMemoryNonces(clock), let_pass)

    async def test_it_can_be_away(self, remembering: Remembering) -> None:
        assert isinstance(remembering.nonces, InMemoryNonces)
        remembering.nonces.is_away = True
        with pytest.raises(NoncesUnavailable):
            await remembering.nonces.use("a", for_s=60)
