"""E-mail tokens without a signature, so that a test can write them."""

from __future__ import annotations

from domain.accounts.emails import EmailPurpose, InvalidEmailToken
from domain.ids import ProcessId
from ports.email_tokens import EmailTokens


class PlainEmailTokens(EmailTokens):
    """For tests only: the purpose and the process, unsigned."""

    def issue(self, purpose: EmailPurpose, process_id: ProcessId) -> str:
        return f"{process_id}.{purpose.value}"

    def read(self, purpose: EmailPurpose, token: str) -> ProcessId:
        process_id, _, name = token.partition(".")
        if name != purpose.value or not process_id:
            raise InvalidEmailToken(field="token")
        return ProcessId(process_id)
