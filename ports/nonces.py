"""Names that may be used once."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.errors import DomainError, Kind, Severity


class NoncesUnavailable(DomainError):
    """Replays cannot be detected at the moment. Send the message again later."""

    code = "ERR_2057"
    slug = "nonces-unavailable"
    kind = Kind.INTERNAL
    severity = Severity.WARNING
    retryable = True


class Nonces(Protocol):
    @abstractmethod
    async def use(self, name: str, *, for_s: int) -> bool:
        """
        Whether this is the first use of ``name``, which is stored for ``for_s`` seconds.

        Of any number of concurrent uses exactly one is the first. Raises ``NoncesUnavailable``.
        """
