"""
Effect contracts: what is known about each operation of a provider, as data that the clients act on.

A missing or unreadable response and the statuses 3xx, 408 and 5xx leave the outcome of any operation
unknown. An operation's contract states what else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from types import MappingProxyType

import attrs


class OperationKind(Enum):
    """What an operation can do. Each kind has its own breaker."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"


@attrs.frozen(kw_only=True)
class Operation:
    """
    One operation of a provider, and how to handle a lost response.

    ``key`` is what makes a repetition harmless: the field of an idempotency key, a field that the
    provider keeps unique, or the reason why repetition does not matter. ``window_s`` is how long the
    provider documents to remember the key; without it, we rely on the key within one call only, and a
    later try looks up first. ``look_up`` names the operation and field by which the effect is found.
    ``quiet_s`` is how long the provider may still carry out or list a request whose response was lost:
    for so long a look-up that finds nothing is not believed, nor, with a key, a refusal of a repetition.
    ``ambiguous`` lists the beginnings of refusals that mean the thing may exist already.
    """

    name: str
    kind: OperationKind
    key: str = ""
    window_s: float | None = None
    look_up: str = ""
    quiet_s: float | None = None
    ambiguous: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.kind is OperationKind.MONEY and not self.look_up:
            raise ValueError(f"{self.name}: an operation that moves money needs a look-up")
        if not self.is_repeatable and self.quiet_s is None:
            raise ValueError(f"{self.name}: an operation without a key needs a quiet time")

    @property
    def is_repeatable(self) -> bool:
        """Whether sending the same request again cannot have a second effect."""
        return self.kind is OperationKind.READ or bool(self.key)

    @property
    def quiet(self) -> timedelta:
        return timedelta(seconds=self.quiet_s or 0.0)

    def looks_first(self, *, attempt: int) -> bool:
        """Whether the outcome of earlier tries must be looked up before this one is sent."""
        return attempt > 1 and bool(self.look_up) and self.window_s is None

    def may_be_there(self, *said: str) -> bool:
        """Whether a refusal with these words leaves open that the effect has happened."""
        return any(words.startswith(beginning) for words in said for beginning in self.ambiguous)


def reads(*names: str) -> tuple[Operation, ...]:
    """Operations that change nothing and may be repeated freely."""
    return tuple(Operation(name=name, kind=OperationKind.READ) for name in names)


def by_name(*operations: Operation) -> Mapping[str, Operation]:
    """A provider's contracts. An operation without one cannot be sent."""
    return MappingProxyType({operation.name: operation for operation in operations})
