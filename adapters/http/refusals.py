"""What the providers' refusals have in common, and answers that are not what a provider documents."""

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
"""What reading raises where a document is not of the shape that it should have."""

_EMAIL = re.compile(r"\S+@\S+")


def shown(message: str) -> str:
    """A provider's message as we keep it: shortened, and without e-mail addresses."""
    return _EMAIL.sub("(e-mail)", message)[:MESSAGE_MAX]


@contextmanager
def understood(complaint: Callable[[str], DomainError]) -> Iterator[None]:
    """Raise ``complaint``, of the failure's name, when what is read inside is not what it should be."""
    try:
        yield
    except UNREADABLE as wrong:
        raise complaint(name_of(type(wrong))) from wrong


@attrs.frozen
class Failures:
    """The failures of one provider's operations."""

    provider: str

    def rejected(self, reason: str, *, operation: str) -> ProviderRejected:
        return ProviderRejected(reason, provider=self.provider, operation=operation)

    def unknown(self, reason: str, *, operation: str) -> ProviderOutcomeUnknown:
        return ProviderOutcomeUnknown(reason, provider=self.provider, operation=operation)

    def unavailable(self, reason: str, *, operation: str) -> ProviderUnavailable:
        return ProviderUnavailable(reason, provider=self.provider, operation=operation)

    def unsupported(self, reason: str, *, operation: str) -> ProviderUnsupported:
        return ProviderUnsupported(reason, provider=self.provider, operation=operation)
