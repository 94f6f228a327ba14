"""What every maker of access tokens must do."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import pytest

from ports.investors import InvalidToken, Tokens
from tests.support.builders import ADA, EVE


class TokensRig(Protocol):
    """Tokens and the clock that they live by."""

    @property
    @abstractmethod
    def tokens(self) -> Tokens: ...

    @abstractmethod
    def advance(self, seconds: float) -> None: ...


class TokensContract:
    """Subclasses provide the fixture ``rig``."""

    def test_a_token_says_whose_it_is(self, rig: TokensRig) -> None:
        for investor in (ADA, EVE):
            token, _ = rig.tokens.issue(investor)
            assert rig.tokens.verify(token) == investor

    def test_a_token_is_good_until_its_time_is_over(self, rig: TokensRig) -> None:
        token, lifetime_s = rig.tokens.issue(ADA)
        rig.advance(lifetime_s - 1)
        assert rig.tokens.verify(token) == ADA
        rig.advance(1)
        with pytest.raises(InvalidToken):
            rig.tokens.verify(token)

    @pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "ada|tomorrow"])
    def test_what_is_no_token_is_refused(self, rig: TokensRig, token: str) -> None:
        with pytest.raises(InvalidToken):
            rig.tokens.verify(token)
