"""Access tokens: JWT, HS256, good for a quarter of an hour."""

from __future__ import annotations

import functools
from datetime import timedelta

import attrs
import jwt

from domain.ids import InvestorId
from ports.clock import Clock
from ports.investors import InvalidToken, Tokens

ALGORITHM = "HS256"
ISSUER = "stack-service"
AUDIENCE = "access"
SECRET_LENGTH_MIN = 32
REMEMBERED_MAX = 10_000


@attrs.frozen(kw_only=True)
class TokenSettings:
    secret: str = attrs.field(repr=False, validator=attrs.validators.min_len(SECRET_LENGTH_MIN))
    lifetime_s: int = 900


class JwtTokens(Tokens):
    """A token is for one audience, so one made for another purpose is never taken for access."""

    def __init__(self, settings: TokenSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._read = functools.lru_cache(maxsize=REMEMBERED_MAX)(self._decode)

    def issue(self, investor_id: InvestorId) -> tuple[str, int]:
        now = self._clock.now()
        claims = {
            "sub": investor_id,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + timedelta(seconds=self._settings.lifetime_s),
        }
        token = jwt.encode(claims, self._settings.secret, algorithm=ALGORITHM)
        return token, self._settings.lifetime_s

    def verify(self, token: str) -> InvestorId:
        try:
            investor_id, expires_at = self._read(token)
        except jwt.PyJWTError:
            raise InvalidToken from None
        if expires_at <= self._clock.now().timestamp():
            raise InvalidToken("the access token has expired")
        return investor_id

    def _decode(self, token: str) -> tuple[InvestorId, int]:
        """Whose it is and until when. The answer never changes, so it is remembered."""
        claims = jwt.decode(
            token,
            self._settings.secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": ["sub", "exp", "iat"], "verify_exp": False, "verify_iat": False},
        )
        return InvestorId(claims["sub"]), int(claims["exp"])
