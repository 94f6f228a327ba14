"""Reads the e-mails that a development system writes to a folder instead of sending them."""

from __future__ import annotations

import asyncio
import mailbox
import re
from pathlib import Path

import attrs

from entrypoints.cli.api import until

_TOKEN = re.compile(r"#token=(\S+)")


@attrs.frozen
class Mailbox:
    """The e-mails to all addresses; ``folder`` is a Maildir that the first one creates."""

    folder: Path

    async def token(self, to: str, *, about: str) -> str:
        """The token in the newest e-mail to ``to`` whose subject has ``about``. Raises ``WaitTimeout``."""
        token: str = await until(
            lambda: asyncio.to_thread(self._newest_token, to, about),
            bool,
            what=f"an e-mail to {to} with the subject {about!r}",
        )
        return token

    def emails(self, to: str) -> list[mailbox.MaildirMessage]:
        """The e-mails to an address, the oldest first."""
        if not self.folder.exists():
            return []
        all_emails = mailbox.Maildir(self.folder, create=False)
        found = [email for email in all_emails if email["To"] == to]
        return sorted(found, key=lambda email: email.get_date())

    def _newest_token(self, to: str, about: str) -> str | None:
        for email in reversed(self.emails(to)):
            if about in email["Subject"]:
                body = email.get_payload(decode=True)
                return token_in(body.decode() if isinstance(body, bytes) else "")
        return None


def token_in(text: str) -> str:
    """The token in an e-mail's link. Raises ``LookupError``."""
    found = _TOKEN.search(text)
    if found is None:
        raise LookupError("no token in the e-mail")
    return found[1]
