"""Reading a request: one JSON object, field by field, with the refusal each mistake deserves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from domain.money import Asset, Money, NotAnAmount, PrecisionLost
from sandbox.due.errors import DueRefusal, invalid

TEXT_LENGTH_MAX = 1024
ENTRIES_MAX = 50


@attrs.frozen
class Fields:
    """A mapping and the path to it, so that a refusal can name the field."""

    values: Mapping[str, Any]
    path: str = ""

    def _name(self, name: str) -> str:
        return f"{self.path}{name}"

    def optional(self, name: str) -> str | None:
        """A string; None when absent, null or empty."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX:
            raise invalid(**{self._name(name): "invalid"})
        return value

    def text(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            raise invalid(**{self._name(name): "required"})
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str:
        value = self.text(name)
        if value not in allowed:
            raise invalid(**{self._name(name): f"must be one of {', '.join(sorted(allowed))}"})
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise invalid(**{self._name(name): "must be a boolean"})
        return value

    def amount(self, name: str, asset: Asset) -> Money:
        """A non-negative amount; zero when absent, as on the open side of Due's quotes."""
        try:
            money = Money.of(self.optional(name) or "0", asset)
        except (NotAnAmount, PrecisionLost) as error:
            raise DueRefusal("err_transfer_invalid_amount", str(error)) from None
        if money < Money.zero(asset):
            raise DueRefusal("err_transfer_invalid_amount", "the amount is negative")
        return money

    def section(self, name: str) -> Fields:
        value = self.values.get(name)
        if not isinstance(value, dict):
            raise invalid(**{self._name(name): "required"})
        return Fields(value, f"{self._name(name)}.")

    def optional_section(self, name: str) -> Fields:
        """The object at ``name``; an empty one when absent."""
        return self.section(name) if self.values.get(name) else Fields({}, f"{self._name(name)}.")

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts; None when absent."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) > ENTRIES_MAX:
            raise invalid(**{self._name(name): "must be a list"})
        if not all(isinstance(entry, str) for entry in value):
            raise invalid(**{self._name(name): "must hold texts"})
        return tuple(value)
