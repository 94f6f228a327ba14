"""What every maker of access tokens must do."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import pytest

from ports.identity import Claims, InvalidToken, Tokens
from tests.support.builders import ADA, EVE, process_id

HERE = Claims(investor_id=ADA, session_id=process_id(1))


class TokensRig(Protocol):
    """Tokens and the clock that they live by."""

    @property
    @abstractmethod
    def tokens(self) -> Tokens: ...

    @abstractmethod
    def advance(self, seconds: float) -> None: ...


class TokensContract:
    """Subclasses provide the fixture ``rig``."""

    def test_a_token_says_whose_it_is_and_of_which_session(self, rig: TokensRig) -> None:
        for investor_id in (ADA, EVE):
            for session_id in (process_id(1), process_id(2)):
                claims = Claims(investor_id=investor_id, session_id=session_id)
                token, _ = rig.tokens.issue(claims)
                assert rig.tokens.verify(token) == claims

    def test_a_token_is_good_until_its_time_is_over(self, rig: TokensRig) -> None:
        token, lifetime_s = rig.tokens.issue(HERE)
        rig.advance(lifetime_s - 1)
        assert rig.tokens.verify(token) == HERE
        rig.advance(1)
        with pytest.raises(InvalidToken):
            rig.tokens.verify(token)

    @pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "ada|tomorrow", "ada|1|tomorrow"])
    def test_what_is_no_token_is_refused(self, rig: TokensRig, token: str) -> None:
        with pytest.raises(InvalidToken):
            rig.tokens.verify(token)
