"""
Letters: what we write to people's e-mail addresses.

Some hold a token. Whoever shows it has read the letter, so the address is theirs.
"""

from __future__ import annotations

from enum import Enum

from domain.errors import DomainError, Kind


class InvalidEmailToken(DomainError):
    """The token is invalid, has expired or can no longer be used. Request a new e-mail."""

    code = "ERR_2010"
    slug = "invalid-letter-token"
    kind = Kind.VALIDATION


class EmailPurpose(Enum):
    """The letters that hold a token; a token of one is none of another."""

    VERIFICATION = "verification"
    RECOVERY = "recovery"
