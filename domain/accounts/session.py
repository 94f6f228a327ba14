"""
A session: an investor's log-in on one device, until log-out.

It is a family of refresh tokens, of which only the newest is valid. Tokens are stored only as hashes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId

REFRESH_LIFETIME = timedelta(days=30)
"""How long a refresh token is valid, counted from each exchange."""

RACE_GRACE = timedelta(seconds=5)
"""
How long after an exchange the previous token may be presented without ending the session.

An app that sends one token twice at once is not a thief. The second request gets no tokens either way.
"""

SESSIONS_MAX = 50
"""The most sessions of one investor; the oldest ends when another begins."""

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
    One log-in on one device; ``device`` is from its user agent.

    ``generation`` counts the issued refresh tokens; ``epoch`` is the investor's epoch when the session
    began. A revoked session is never valid again.
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
        """Whether the session is still valid."""
        return self.stage is SessionStage.ACTIVE and at < self.expires_at


def device_of(user_agent: str) -> str | None:
    """The beginning of the user agent, without unprintable characters."""
    shown = "".join(character for character in user_agent if character.isprintable())
    return shown[:DEVICE_LENGTH_MAX] or None
