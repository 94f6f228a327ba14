"""
What providers send us by themselves: webhooks and event streams.

Every provider's format is translated to the same inbound fact: a fact, and the process that it is about.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Protocol

import attrs

from domain.errors import DomainError, Kind, Severity
from domain.ids import LookupKey, ProcessId
from domain.processes.facts.fact import Fact
from ports.processes import Message


class ForgedMessage(DomainError):
    """The message's signature is missing or wrong."""

    code = "ERR_2051"
    slug = "forged-message"
    kind = Kind.UNAUTHORIZED
    severity = Severity.WARNING


class UnsignedMessage(ForgedMessage):
    """A signature header is missing, repeated or malformed."""

    code = "ERR_2052"
    slug = "unsigned-message"


class UnknownSigningKey(ForgedMessage):
    """The message is signed with an unknown key."""

    code = "ERR_2053"
    slug = "unknown-signing-key"


class StaleMessage(DomainError):
    """The signed timestamp of the message is too far from the current time."""

    code = "ERR_2054"
    slug = "stale-message"
    kind = Kind.UNAUTHORIZED
    severity = Severity.WARNING


class ReplayedMessage(DomainError):
    """The same signed message was already received. Sign it again to send it again."""

    code = "ERR_2055"
    slug = "replayed-message"
    kind = Kind.CONFLICT
    severity = Severity.WARNING


class SourceClosed(DomainError):
    """No signing key is configured for this source, so its messages are not accepted."""

    code = "ERR_2056"
    slug = "source-closed"
    kind = Kind.FORBIDDEN
    severity = Severity.WARNING


class SignatureUndecided(DomainError):
    """It cannot be decided now whether the message is genuine. Send it again later."""

    code = "ERR_2058"
    slug = "signature-undecided"
    kind = Kind.INTERNAL
    severity = Severity.WARNING
    retryable = True


class UnreadableMessage(DomainError):
    """The message has a valid signature but does not have the documented format."""

    code = "ERR_4301"
    slug = "unreadable-message"
    kind = Kind.VALIDATION
    severity = Severity.ERROR


@attrs.frozen
class InboundFact:
    """A fact about the process that ``about`` names."""

    about: ProcessId | LookupKey
    fact: Fact


class Webhooks(Protocol):
    """One provider's webhooks."""

    @property
    @abstractmethod
    def signature_headers(self) -> Sequence[str]:
        """The headers that authenticate the sender, in lower case; no others are stored."""

    @abstractmethod
    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """
        The message, if the provider signed exactly these bytes.

        Raises ``ForgedMessage``, ``StaleMessage``, ``ReplayedMessage``, ``SourceClosed`` or
        ``UnreadableMessage`` as a verdict on the message; any other error is not a verdict.
        """

    @abstractmethod
    async def translate(self, message: Message) -> Sequence[InboundFact]:
        """The facts in the message. A message of no interest gives an empty sequence, not an error."""

    @abstractmethod
    async def subscribe(self, url: str) -> None:
        """Have the provider send its webhooks to ``url``; idempotent."""


@attrs.frozen
class Event:
    """An inbound fact from a stream, and the position from which to continue after it."""

    position: str
    inbound: InboundFact | None


def unheard() -> None:
    """The default for a stream whose liveness is not watched."""


class Feed(Protocol):
    """An event stream that can be resumed."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def events(
        self, *, since: str | None, alive: Callable[[], None] = unheard
    ) -> AsyncGenerator[Event, None]:
        """
        All events after ``since``, then new ones as they come; ends or raises ``ProviderError``.

        Without ``since`` it starts in the recent past. Events may repeat. ``alive`` is called whenever any
        data is received, which includes keep-alives between events.
        """
