from __future__ import annotations

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.tokens import PlainTokens
from ports.identity import Tokens
from tests.contract.tokens import TokensContract, TokensRig


class PlainRig(TokensRig):
    def __init__(self) -> None:
        self._clock = ManualClock()

    @property
    def tokens(self) -> Tokens:
        return PlainTokens(self._clock)

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)


class TestPlainTokens(TokensContract):
    """The twin."""

    @pytest.fixture
    def rig(self) -> TokensRig:
        return PlainRig()
