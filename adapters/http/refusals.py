"""Errors that all providers share: refusals, and responses that are not as documented."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import attrs

from domain.errors import DomainError, name_of
from domain.money import NotAnAmount, PrecisionLost
from domain.wallets.chain import InvalidAddress
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnsupported,
)

UNAUTHORIZED = HTTPStatus.UNAUTHORIZED.value
NOT_FOUND = HTTPStatus.NOT_FOUND.value

MESSAGE_MAX = 200

UNREADABLE = (
    *(LookupError, TypeError, ValueError, AttributeError),
    *(NotAnAmount, PrecisionLost, InvalidAddress),
)
"""Exceptions raised while reading a document that does not have the expected shape."""

_EMAIL = re.compile(r"\S+@\S+")


def shown(message: str) -> str:
    """A provider's message, shortened and without e-mail addresses."""
    return _EMAIL.sub("(e-mail)", message)[:MESSAGE_MAX]


@contextmanager
def understood(complaint: Callable[[str], DomainError]) -> Iterator[None]:
    """Turn an exception while reading into ``complaint``, which is given the exception's name."""
    try:
        yield
    except UNREADABLE as wrong:
        raise complaint(name_of(type(wrong))) from wrong


@attrs.frozen
class Failures:
    """Makes the errors of one provider's operations."""

    provider: str

    def rejected(self, reason: str, *, operation: str) -> ProviderRejected:
        return ProviderRejected(reason, provider=self.provider, operation=operation)

    def unknown(self, reason: str, *, operation: str) -> ProviderOutcomeUnknown:
        return ProviderOutcomeUnknown(reason, provider=self.provider, operation=operation)

    def unavailable(self, reason: str, *, operation: str) -> ProviderUnavailable:
        return ProviderUnavailable(reason, provider=self.provider, operation=operation)

    def unsupported(self, reason: str, *, operation: str) -> ProviderUnsupported:
        return ProviderUnsupported(reason, provider=self.provider, operation=operation)
