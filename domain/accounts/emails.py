"""
The e-mails that we send.

Some contain a token. Presenting it proves access to the mailbox, and so ownership of the address.
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
    """The e-mails that contain a token. A token is valid for one purpose only."""

    VERIFICATION = "verification"
    RECOVERY = "recovery"
