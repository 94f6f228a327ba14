from __future__ import annotations

import jwt
import pytest

from adapters.identity.tokens import ALGORITHM, JwtTokens, TokenSettings
from adapters.memory.clock import ManualClock
from ports.identity import InvalidToken, Tokens
from tests.contract.tokens import HERE, TokensContract, TokensRig

SECRET = "a-secret-of-the-tests-and-nobody-else"


class JwtRig(TokensRig):
    def __init__(self) -> None:
        self._clock = ManualClock()

    @property
    def tokens(self) -> Tokens:
        return JwtTokens(TokenSettings(secret=SECRET), self._clock)

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)


class TestJwtTokens(TokensContract):
    """Signed tokens."""

    @pytest.fixture
    def rig(self) -> TokensRig:
        return JwtRig()

    @pytest.mark.parametrize(
        ("claim", "value"),
        [("aud", "refresh"), ("iss", "somebody-else"), ("sub", None), ("sid", None)],
    )
    def test_a_token_for_another_purpose_is_refused(
        self, rig: TokensRig, claim: str, value: str | None
    ) -> None:
        token, _ = rig.tokens.issue(HERE)
        claims = jwt.decode(token, options={"verify_signature": False})
        claims |= {claim: value}
        changed = {name: content for name, content in claims.items() if content is not None}
        with pytest.raises(InvalidToken):
            rig.tokens.verify(jwt.encode(changed, SECRET, algorithm=ALGORITHM))

    def test_a_token_signed_by_another_is_refused(self, rig: TokensRig) -> None:
        token, _ = rig.tokens.issue(HERE)
        claims = jwt.decode(token, options={"verify_signature": False})
        for forged in (
            jwt.encode(claims, "another-secret-of-the-same-length-or-so", algorithm=ALGORITHM),
            jwt.encode(claims, "", algorithm="none"),
        ):
            with pytest.raises(InvalidToken):
                rig.tokens.verify(forged)
