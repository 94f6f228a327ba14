"""
A session: what an investor has from logging in until logging out.

It is a family of refresh tokens, of which the newest alone is good. Tokens are kept only as hashes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId

REFRESH_LIFETIME = timedelta(days=30)
"""How long a refresh token is good; each exchange begins it anew."""

RACE_GRACE = timedelta(seconds=5)
"""
How long after an exchange the token that was given up may still turn up without harm.

An app that sends one token twice at once is no thief. The latecomer gets nothing either way.
"""

SESSIONS_MAX = 50
"""Of one investor; the oldest makes room for one more."""

DEVICE_LENGTH_MAX = 100


class InvalidRefreshToken(DomainError):
    """The refresh token is invalid or has expired, or its session has ended. Log in again."""

    code = "ERR_2004"
    slug = "invalid-refresh-token"
    kind = Kind.UNAUTHORIZED


class RefreshTokenReused(DomainError):
    """The refresh token was already used, so its session has been ended. Log in again."""

    code = "ERR_2005"
    slug = "refresh-token-reused"
    kind = Kind.UNAUTHORIZED


class RefreshRaced(DomainError):
    """Another request has just used this refresh token. Use the tokens that it received."""

    code = "ERR_2006"
    slug = "refresh-raced"
    kind = Kind.CONFLICT


class SessionNotFound(DomainError):
    """There is no such session."""

    code = "ERR_2007"
    slug = "session-not-found"
    kind = Kind.NOT_FOUND


class SessionStage(Enum):
    ACTIVE = "active"
    REVOKED = "revoked"


@attrs.frozen(kw_only=True)
class Session:
    """
    One log-in on one device, which says what it is in ``device``.

    ``generation`` counts the refresh tokens given out, ``epoch`` is that of the investor's credentials
    that the session was begun with. A revoked session never comes back.
    """

    id: ProcessId
    investor_id: InvestorId
    created_at: datetime
    used_at: datetime
    token_hash: str
    previous_hash: str | None = None
    generation: int = 1
    epoch: int = 1
    stepped_up_until: datetime | None = None
    device: str | None = None
    stage: SessionStage = SessionStage.ACTIVE
    reason: str | None = None

    @property
    def expires_at(self) -> datetime:
        return self.used_at + REFRESH_LIFETIME

    def is_good(self, *, at: datetime) -> bool:
        """Whether it still lets anybody in."""
        return self.stage is SessionStage.ACTIVE and at < self.expires_at


def device_of(user_agent: str) -> str | None:
    """The beginning of what a client says it is, without what cannot be shown."""
    shown = "".join(character for character in user_agent if character.isprintable())
    return shown[:DEVICE_LENGTH_MAX] or None
