"""Reads the mail that a developer's machine keeps in a folder instead of sending it."""

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
    """Everybody's mail; ``folder`` is a Maildir, once something is in it."""

    folder: Path

    async def token(self, to: str, *, about: str) -> str:
        """The token in the newest letter to an address ``about`` this. Raises ``Impatient``."""
        token: str = await until(
            lambda: asyncio.to_thread(self._newest_token, to, about),
            bool,
            what=f"mail to {to} about {about!r}",
        )
        return token

    def letters(self, to: str) -> list[mailbox.MaildirMessage]:
        """The letters to an address, the oldest first."""
        if not self.folder.exists():
            return []
        everything = mailbox.Maildir(self.folder, create=False)
        found = [letter for letter in everything if letter["To"] == to]
        return sorted(found, key=lambda letter: letter.get_date())

    def _newest_token(self, to: str, about: str) -> str | None:
        for letter in reversed(self.letters(to)):
            if about in letter["Subject"]:
                body = letter.get_payload(decode=True)
                return token_in(body.decode() if isinstance(body, bytes) else "")
        return None


def token_in(text: str) -> str:
    """The token in a letter's link. Raises ``LookupError``."""
    found = _TOKEN.search(text)
    if found is None:
        raise LookupError("no token in the letter")
    return found[1]
