"""E-mail tokens: the id of the process, and an HMAC-SHA256 over the e-mail's purpose and the id."""

from __future__ import annotations

import base64
import hmac

from adapters.identity.tokens import TokenSettings
from domain.accounts.emails import EmailPurpose, InvalidEmailToken
from domain.ids import ProcessId
from ports.email_tokens import EmailTokens

_LABEL = b"stack.letters.v1"
"""Separates this key from the other uses of the secret. Changing it invalidates every token."""


class HmacEmailTokens(EmailTokens):
    """The key is derived from the secret of the access tokens, so no further secret is needed."""

    def __init__(self, settings: TokenSettings) -> None:
        self._key = hmac.digest(settings.secret.encode(), _LABEL, "sha256")

    def issue(self, purpose: EmailPurpose, process_id: ProcessId) -> str:
        mac = hmac.digest(self._key, f"{purpose.value}:{process_id}".encode(), "sha256")
        return f"{process_id}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def read(self, purpose: EmailPurpose, token: str) -> ProcessId:
        process_id = ProcessId(token.partition(".")[0])
        expected = self.issue(purpose, process_id).encode(errors="replace")
        if not hmac.compare_digest(expected, token.encode(errors="replace")):
            raise InvalidEmailToken(field="token")
        return process_id
