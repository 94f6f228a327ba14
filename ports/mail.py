"""Sending e-mails."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import attrs

from domain.accounts.investor import InvalidEmail, normalized_email


@attrs.frozen(kw_only=True)
class Mail:
    """
    Plain text to one address. Neither may be logged.

    Raises ``InvalidEmail`` unless ``to`` is exactly one normalized address.
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
        Hand the e-mail to the mail server. Sending it twice delivers it twice.

        Raises ``ProviderRejected`` if it cannot be delivered, and ``ProviderUnavailable``; neither contains
        the address.
        """
