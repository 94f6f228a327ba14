"""Keeps e-mails for a test to read."""

from __future__ import annotations

from adapters.memory.faults import Faults
from ports.mail import Mail, Mailer


class InMemoryMailer(Mailer):
    """``sent`` has all e-mails, oldest first."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        with self.faults.around("send"):
            self.sent.append(mail)

    def newest(self, to: str) -> Mail:
        """The newest e-mail to this address. Raises ``LookupError`` when there is none."""
        for mail in reversed(self.sent):
            if mail.to == to:
                return mail
        raise LookupError(f"no mail to {to}")
