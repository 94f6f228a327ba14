"""An API key: the credential of a program, made by an investor and limited by scopes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

import attrs

from domain.accounts.roles import Scope
from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId

MARK = "stk_"
"""The prefix of every key, by which people and secret scanners recognize one."""

PREFIX_LENGTH = 8
KEYS_MAX = 20
"""The most active keys of one investor."""

DAYS_MAX = 365
NAME_LENGTH_MAX = 50


class ApiKeyNotFound(DomainError):
    """There is no such API key."""

    code = "ERR_2011"
    slug = "api-key-not-found"
    kind = Kind.NOT_FOUND


class TooManyApiKeys(DomainError):
    """The limit of API keys is reached. Revoke one first."""

    code = "ERR_2012"
    slug = "too-many-api-keys"
    kind = Kind.CONFLICT


class InvalidApiKey(DomainError):
    """An API key needs a name and at least one scope. It may last up to 365 days, or until revoked."""

    code = "ERR_4211"
    slug = "invalid-api-key"
    kind = Kind.VALIDATION


class ApiKeyStage(Enum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@attrs.frozen(kw_only=True)
class ApiKey:
    """
    A key without its text; ``prefix`` is too short to help in guessing it.

    The hash of the text is the record's lookup key. A revoked key is never valid again. ``resets`` is the
    owner's number of password resets when the key was made: the next reset invalidates it.
    """

    id: ProcessId
    investor_id: InvestorId
    name: str
    scopes: tuple[Scope, ...]
    prefix: str
    created_at: datetime
    expires_at: datetime | None = None
    resets: int = 0
    stage: ApiKeyStage = ApiKeyStage.ACTIVE

    def is_good(self, *, at: datetime) -> bool:
        """Whether the key is still accepted."""
        is_past = self.expires_at is not None and at >= self.expires_at
        return self.stage is ApiKeyStage.ACTIVE and not is_past


@attrs.frozen(kw_only=True)
class ApiKeyRequest:
    """The requested terms of a key."""

    name: str
    scopes: Sequence[Scope]
    days: int | None = None

    def require_valid(self) -> None:
        """Raises ``InvalidApiKey``, naming the field."""
        if not 0 < len(self.name) <= NAME_LENGTH_MAX:
            raise InvalidApiKey(f"must have 1 to {NAME_LENGTH_MAX} characters", field="name")
        if not self.scopes:
            raise InvalidApiKey("at least one scope is required", field="scopes")
        if self.days is not None and not 0 < self.days <= DAYS_MAX:
            raise InvalidApiKey(f"must be from 1 to {DAYS_MAX}", field="expires_in_days")

    def ends_at(self, made_at: datetime) -> datetime | None:
        return None if self.days is None else made_at + timedelta(days=self.days)


def is_key(text: str) -> bool:
    """Whether the text has the form of an API key rather than an access token."""
    return text.startswith(MARK)
