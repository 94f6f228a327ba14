"""Tokens that anybody could write, so that a test can."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.ids import InvestorId
from ports.clock import Clock
from ports.investors import InvalidToken, Tokens

LIFETIME_S = 900


class PlainTokens(Tokens):
    """For tests only: the investor and the moment of expiry, unsigned."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def issue(self, investor_id: InvestorId) -> tuple[str, int]:
        expires_at = self._clock.now() + timedelta(seconds=LIFETIME_S)
        return f"{investor_id}|{expires_at.isoformat()}", LIFETIME_S

    def verify(self, token: str) -> InvestorId:
        investor_id, _, expires_at = token.partition("|")
        try:
            is_good = datetime.fromisoformat(expires_at) > self._clock.now()
        except (ValueError, TypeError):
            raise InvalidToken from None
        if not is_good:
            raise InvalidToken("the access token has expired")
        return InvestorId(investor_id)
