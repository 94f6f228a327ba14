"""
What is known about each operation of a provider, as data that the clients act on.

No answer, one that cannot be read, and the statuses 3xx, 408 and 5xx leave every operation's outcome
unknown. What an operation adds to that is in its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import attrs


class OperationKind(Enum):
    """What an operation can do. Each kind has a breaker of its own."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"


@attrs.frozen(kw_only=True)
class Operation:
    """
    One operation of a provider, and what to do about an answer that never came.

    ``key`` is what makes a repetition harmless: the field of an idempotency key, or what the provider
    keeps unique, or why it cannot matter. ``window_s`` is for how long the provider documents to remember
    it; without it, the key is relied on within one call only, and a later try looks first. ``look_up``
    says by which operation and field of ours the effect is found. ``ambiguous`` are the beginnings of
    refusals that mean: it may be there already.
    """

    name: str
    kind: OperationKind
    key: str = ""
    window_s: float | None = None
    look_up: str = ""
    ambiguous: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.kind is OperationKind.MONEY and not self.look_up:
            raise ValueError(f"{self.name}: what moves money must be found again")

    @property
    def is_repeatable(self) -> bool:
        """Whether sending the same request again cannot have a second effect."""
        return self.kind is OperationKind.READ or bool(self.key)

    def looks_first(self, *, attempt: int) -> bool:
        """Whether an earlier try must be looked up before this one is sent."""
        return attempt > 1 and bool(self.look_up) and self.window_s is None

    def may_be_there(self, *said: str) -> bool:
        """Whether a refusal in these words does not say that nothing has happened."""
        return any(words.startswith(beginning) for words in said for beginning in self.ambiguous)


def reads(*names: str) -> tuple[Operation, ...]:
    """Operations that change nothing, and may be repeated at will."""
    return tuple(Operation(name=name, kind=OperationKind.READ) for name in names)


def by_name(*operations: Operation) -> Mapping[str, Operation]:
    """A provider's table. An operation that is not in it cannot be sent."""
    return MappingProxyType({operation.name: operation for operation in operations})
