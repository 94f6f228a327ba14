"""Tokens of letters: the id of the process and HMAC-SHA256 over the letter and the id."""

from __future__ import annotations

import base64
import hmac

from adapters.identity.tokens import TokenSettings
from domain.accounts.letters import InvalidLetterToken, Letter
from domain.ids import ProcessId
from ports.letters import LetterTokens

_LABEL = b"stack.letters.v1"
"""What keeps this key apart from whatever else the secret is for."""


class HmacLetterTokens(LetterTokens):
    """The key is derived from the secret of the access tokens, so there is no other secret to keep."""

    def __init__(self, settings: TokenSettings) -> None:
        self._key = hmac.digest(settings.secret.encode(), _LABEL, "sha256")

    def issue(self, letter: Letter, process_id: ProcessId) -> str:
        mac = hmac.digest(self._key, f"{letter.value}:{process_id}".encode(), "sha256")
        return f"{process_id}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def read(self, letter: Letter, token: str) -> ProcessId:
        process_id = ProcessId(token.partition(".")[0])
        expected = self.issue(letter, process_id).encode(errors="replace")
        if not hmac.compare_digest(expected, token.encode(errors="replace")):
            raise InvalidLetterToken(field="token")
        return process_id
