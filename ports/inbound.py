"""
How news comes in without being asked for: webhooks and event streams.

Whatever the provider's form, what comes out is the same notice: a fact, and the process it is about.
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
        """The headers that prove the sender, in lower case; no others are ever kept."""

    @abstractmethod
    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        """
        The message, if the provider signed exactly these bytes.

        Raises ``ForgedMessage``, ``StaleMessage``, ``ReplayedMessage``, ``SourceClosed`` or
        ``UnreadableMessage`` as a verdict on the message; what else it raises is none.
        """

    @abstractmethod
    async def translate(self, message: Message) -> Sequence[InboundFact]:
        """What the message says. Nothing of interest is an empty answer, not an error."""

    @abstractmethod
    async def subscribe(self, url: str) -> None:
        """Have the provider send its webhooks to ``url``; doing it again changes nothing."""


@attrs.frozen
class Event:
    """A notice from a stream, and the position from which to go on after it."""

    position: str
    inbound: InboundFact | None


def unheard() -> None:
    """For a stream that nobody listens to for signs of life."""


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
        Everything after ``since``, then whatever comes; ends or raises ``ProviderError``.

        Without ``since`` it starts with the recent past. Events may repeat. ``alive`` is called whenever
        anything is heard, which is often while nothing happens too.
        """
