"""The active rules, how often each has struck, and which one strikes now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import attrs

from sandbox.clock import SandboxClock
from sandbox.faults.action import Action
from sandbox.faults.outcomes import provider_of
from sandbox.faults.rule import DELIVERY, REQUEST, Occurrence, Rule

RULES_MAX = 100


class TooManyRules(Exception):
    """``RULES_MAX`` rules are active already."""


@attrs.define(kw_only=True)
class Active:
    """An active rule: how often it matched, and how often it struck."""

    rule: Rule
    random: Random
    matched: int = 0
    fired: int = 0

    def strikes(self) -> bool:
        """Count a match; whether the rule strikes it."""
        match = self.rule.match
        self.matched += 1
        if self.matched < match.nth or self.is_spent:
            return False
        if match.probability < 1 and self.random.random() >= match.probability:
            return False
        self.fired += 1
        return True

    @property
    def is_spent(self) -> bool:
        return self.rule.match.times is not None and self.fired >= self.rule.match.times

    def view(self) -> dict[str, object]:
        return {
            **self.rule.view(),
            "matched": self.matched,
            "fired": self.fired,
            "spent": self.is_spent,
        }


class Faults:
    """The first of the matching rules that strikes decides."""

    def __init__(self, *, clock: SandboxClock, seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._active: dict[str, Active] = {}

    def __len__(self) -> int:
        return len(self._active)

    def add(self, rule: Rule) -> Active:
        """Activate a rule; it replaces one of the same name. Raises ``TooManyRules``."""
        if rule.name not in self._active and len(self._active) >= RULES_MAX:
            raise TooManyRules
        active = Active(rule=rule, random=Random(f"{self._seed}:{rule.name}"))
        self._active[rule.name] = active
        return active

    def get(self, name: str) -> Active | None:
        return self._active.get(name)

    def remove(self, name: str) -> bool:
        """False when there is no such rule."""
        return self._active.pop(name, None) is not None

    def clear(self) -> None:
        self._active.clear()

    def names(self) -> Sequence[str]:
        return list(self._active)

    def views(self) -> Sequence[dict[str, object]]:
        return [active.view() for active in self._active.values()]

    def concern_requests_of(self, provider: str) -> bool:
        """Whether any rule could match a request to the provider; if not, its body need not be read."""
        return any(
            active.rule.point == REQUEST and active.rule.match.provider in {None, provider}
            for active in self._active.values()
        )

    def concern_deliveries(self) -> bool:
        return any(active.rule.point == DELIVERY for active in self._active.values())

    def strike(self, occurrence: Occurrence) -> tuple[str, Action] | None:
        """The name and the action of the rule that strikes, or None."""
        for name, active in self._active.items():
            is_over = active.rule.match.until is not None and self._clock.now() > (
                active.rule.match.until
            )
            if not is_over and active.rule.covers(occurrence) and active.strikes():
                return name, active.rule.action
        return None

    def outcome(self, point: str, fields: Mapping[str, Any]) -> str | None:
        """The outcome that a rule sets at ``point``, or None."""
        if not self._active:
            return None
        struck = self.strike(Occurrence(point=point, provider=provider_of(point), fields=fields))
        return struck[1].outcome if struck else None
