"""The action of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs


class Kind(StrEnum):
    """Every kind of fault, by where it strikes: a request, a webhook, or a provider's own processing."""

    ERROR = "error"
    THROTTLE = "throttle"
    DELAY = "delay"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    RESET = "reset"
    MALFORMED = "malformed"
    LATE_EFFECT = "late_effect"
    DROP = "drop"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    LATE = "late"
    MISSIGN = "missign"
    OUTCOME = "outcome"


REQUEST_KINDS = frozenset(
    {
        Kind.ERROR,
        Kind.THROTTLE,
        Kind.DELAY,
        Kind.TIMEOUT_BEFORE,
        Kind.TIMEOUT_AFTER,
        Kind.RESET,
        Kind.MALFORMED,
        Kind.LATE_EFFECT,
    }
)
DELIVERY_KINDS = frozenset({Kind.DROP, Kind.DUPLICATE, Kind.REORDER, Kind.LATE, Kind.MISSIGN})


@attrs.frozen
class Number:
    """A parameter of an action: its default and its bounds."""

    default: float
    minimum: float
    maximum: float
    is_whole: bool = False


DAY_S = 86_400.0
PARAMETERS: Mapping[Kind, Mapping[str, Number]] = MappingProxyType(
    {
        Kind.ERROR: {"status": Number(500, 400, 599, is_whole=True)},
        Kind.THROTTLE: {"retry_after_s": Number(1, 0, 3600, is_whole=True)},
        Kind.DELAY: {"delay_s": Number(1, 0, 120)},
        Kind.TIMEOUT_BEFORE: {"hold_s": Number(15, 0, 120)},
        Kind.TIMEOUT_AFTER: {"hold_s": Number(15, 0, 120)},
        Kind.LATE_EFFECT: {"delay_s": Number(25, 0, 600), "lag_s": Number(0, 0, 600)},
        Kind.DUPLICATE: {"copies": Number(1, 1, 20, is_whole=True)},
        Kind.LATE: {"delay_s": Number(60, 0, DAY_S)},
    }
)
"""Held connections, delays and late effects are real seconds, late webhooks are virtual ones."""


@attrs.frozen(kw_only=True)
class Action:
    """``numbers`` are the parameters of the kind; ``point`` and ``outcome`` those of an outcome."""

    kind: Kind
    numbers: Mapping[str, float] = attrs.field(factory=dict)
    point: str = ""
    outcome: str = ""

    def number(self, name: str) -> float:
        """The parameter, or its default."""
        return self.numbers.get(name, PARAMETERS[self.kind][name].default)

    def view(self) -> dict[str, object]:
        outcome = {"point": self.point, "outcome": self.outcome} if self.point else {}
        names = PARAMETERS.get(self.kind, {})
        return {"kind": self.kind.value, **outcome, **{name: self.number(name) for name in names}}
