"""Access tokens: JWT, HS256, valid for 15 minutes by default."""

from __future__ import annotations

import functools
from datetime import timedelta

import attrs
import jwt

from domain.ids import InvestorId, ProcessId
from ports.clock import Clock
from ports.identity import Claims, InvalidToken, Tokens

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
    """A token names its audience, so a token for another purpose is not accepted as an access token."""

    def __init__(self, settings: TokenSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._read = functools.lru_cache(maxsize=REMEMBERED_MAX)(self._decode)

    def issue(self, claims: Claims) -> tuple[str, int]:
        now = self._clock.now()
        payload = {
            "sub": claims.investor_id,
            "sid": claims.session_id,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + timedelta(seconds=self._settings.lifetime_s),
        }
        token = jwt.encode(payload, self._settings.secret, algorithm=ALGORITHM)
        return token, self._settings.lifetime_s

    def verify(self, token: str) -> Claims:
        try:
            claims, expires_at = self._read(token)
        except jwt.PyJWTError:
            raise InvalidToken from None
        if expires_at <= self._clock.now().timestamp():
            raise InvalidToken("the access token has expired")
        return claims

    def _decode(self, token: str) -> tuple[Claims, int]:
        """The claims and the expiry (Unix seconds). They never change for a token, so they are cached."""
        payload = jwt.decode(
            token,
            self._settings.secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={
                "require": ["sub", "sid", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        claims = Claims(
            investor_id=InvestorId(payload["sub"]), session_id=ProcessId(str(payload["sid"]))
        )
        return claims, int(payload["exp"])
