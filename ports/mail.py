"""Mail to people."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import attrs

from domain.accounts.investor import InvalidEmail, normalized_email


@attrs.frozen(kw_only=True)
class Mail:
    """
    Plain text to one address. Neither of them is for logs.

    Raises ``InvalidEmail`` for what is not exactly one normalized address.
    """

    to: str = attrs.field(repr=False)
    subject: str
    text: str = attrs.field(repr=False)

    @to.validator
    def _is_one_address(self, _: object, value: str) -> None:
        if normalized_email(value) != value:
            raise InvalidEmail(field="to")


class Mailer(Protocol):
    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """
        Hand the mail to whoever carries it; being handed over twice, it arrives twice.

        Raises ``ProviderRejected`` for what nobody will carry, and ``ProviderUnavailable``; neither names
        the address.
        """
