"""The tokens in e-mails."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.accounts.emails import EmailPurpose
from domain.ids import ProcessId


class EmailTokens(Protocol):
    """
    Tokens are derived from the process and a key, and are not stored.

    Whether the process still waits for its token is not checked here.
    """

    @abstractmethod
    def issue(self, purpose: EmailPurpose, process_id: ProcessId) -> str:
        """The token for a process's e-mail; always the same, and not forgeable without the key."""

    @abstractmethod
    def read(self, purpose: EmailPurpose, token: str) -> ProcessId:
        """The process that the token belongs to. Raises ``InvalidEmailToken``."""
