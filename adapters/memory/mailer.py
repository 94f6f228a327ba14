"""Mail that stays here, for a test to read."""

from __future__ import annotations

from adapters.memory.faults import Faults
from ports.mail import Mail, Mailer


class InMemoryMailer(Mailer):
    """``sent`` is everything that went out, the oldest first."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        with self.faults.around("send"):
            self.sent.append(mail)

    def newest(self, to: str) -> Mail:
        """Raises ``LookupError`` when nothing was sent there."""
        for mail in reversed(self.sent):
            if mail.to == to:
                return mail
        raise LookupError(f"no mail to {to}")
