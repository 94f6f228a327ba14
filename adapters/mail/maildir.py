"""Delivers e-mails into a local folder, for development."""

from __future__ import annotations

import asyncio
import mailbox
from email.message import EmailMessage
from pathlib import Path

from adapters.mail.message import OPERATION, PROVIDER, message
from ports.errors import ProviderUnavailable
from ports.mail import Mail, Mailer


class MaildirMailer(Mailer):
    """Any mail client can open the folder; it is created with the first e-mail."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        made = message(mail, sender=self._sender)
        try:
            await asyncio.to_thread(self._put, made)
        except OSError as error:
            raise ProviderUnavailable(
                f"cannot write to the folder: {error.strerror}",
                provider=PROVIDER,
                operation=OPERATION,
            ) from None

    def _put(self, made: EmailMessage) -> None:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(self._folder).add(made)
