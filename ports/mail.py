"""Mail to people."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

import attrs


@attrs.frozen(kw_only=True)
class Mail:
    """Plain text to one normalized address. Neither the address nor the text is for logs."""

    to: str = attrs.field(repr=False)
    subject: str
    text: str = attrs.field(repr=False)


class Mailer(Protocol):
    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """
        Hand the mail to whoever carries it; being handed over twice, it arrives twice.

        Raises ``ProviderRejected`` for what nobody will carry, and ``ProviderUnavailable``; neither names
        the address.
        """
