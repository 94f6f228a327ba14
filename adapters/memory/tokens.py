"""Access tokens without a signature, so that a test can write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.ids import InvestorId, ProcessId
from ports.clock import Clock
from ports.identity import Claims, InvalidToken, Tokens

LIFETIME_S = 900


class PlainTokens(Tokens):
    """For tests only: the investor, the session and the time of expiry, unsigned."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def issue(self, claims: Claims) -> tuple[str, int]:
        expires_at = self._clock.now() + timedelta(seconds=LIFETIME_S)
        return f"{claims.investor_id}|{claims.session_id}|{expires_at.isoformat()}", LIFETIME_S

    def verify(self, token: str) -> Claims:
        try:
            investor_id, session_id, expires_at = token.split("|")
            is_good = datetime.fromisoformat(expires_at) > self._clock.now()
        except (ValueError, TypeError):
            raise InvalidToken from None
        if not is_good:
            raise InvalidToken("the access token has expired")
        return Claims(investor_id=InvestorId(investor_id), session_id=ProcessId(session_id))
