"""The tokens in letters."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.accounts.emails import EmailPurpose
from domain.ids import ProcessId


class EmailTokens(Protocol):
    """
    They are made from the process and a key, and kept nowhere.

    Whether the process still waits for one is not theirs to know.
    """

    @abstractmethod
    def issue(self, purpose: EmailPurpose, process_id: ProcessId) -> str:
        """The token of a process's letter, always the same, which nobody else can make."""

    @abstractmethod
    def read(self, purpose: EmailPurpose, token: str) -> ProcessId:
        """The process whose token it is. Raises ``InvalidEmailToken``."""
