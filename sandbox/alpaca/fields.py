"""Reading a request: one JSON object or query string, field by field, with a refusal for each mistake."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs

from domain.money import Asset, Money, NotAnAmount, PrecisionLost
from sandbox.alpaca.errors import Invalid, Malformed, Unprocessable

TEXT_LENGTH_MAX = 1024


@attrs.frozen
class Fields:
    """A mapping and the path to it, so that a refusal can name the field."""

    values: Mapping[str, Any]
    path: str = ""

    def _name(self, name: str) -> str:
        return f"{self.path}{name}"

    def optional(self, name: str, *, length_max: int = TEXT_LENGTH_MAX) -> str | None:
        """A string, or a number as a string; None when absent, null or empty."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Malformed(f"{self._name(name)} is malformed")
        text = value if isinstance(value, str) else repr(value)
        if len(text) > length_max:
            raise Invalid(f"{self._name(name)} must be at most {length_max} characters")
        return text

    def text(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            raise Invalid(f"{self._name(name)} is required")
        return value

    def choice(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        value = self.optional(name) or default or self.text(name)
        if value not in allowed:
            raise Invalid(f"{self._name(name)} must be one of {', '.join(sorted(allowed))}")
        return value

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        if not isinstance(value, bool):
            raise Invalid(f"{self._name(name)} is required")
        return value

    def uuid(self, name: str) -> str:
        try:
            return str(UUID(self.text(name)))
        except ValueError:
            raise Malformed(f"{self._name(name)} must be a UUID") from None

    def amount(self, name: str, asset: Asset) -> Money | None:
        """A positive amount with no more decimals than ``asset`` has, or None when absent."""
        text = self.optional(name)
        if text is None:
            return None
        try:
            money = Money.of(text, asset)
        except PrecisionLost:
            raise Unprocessable(
                f"{self._name(name)} value must be limited to {asset.scale} decimal places"
            ) from None
        except NotAnAmount:
            raise Invalid(f"{self._name(name)} is not a valid number") from None
        if not money.is_positive:
            raise Invalid(f"{self._name(name)} must be > 0")
        return money

    def count(self, name: str, *, default: int, maximum: int) -> int:
        text = self.optional(name)
        if text is None:
            return default
        if not text.isdecimal() or int(text) > maximum:
            raise Invalid(f"{self._name(name)} must be a whole number up to {maximum}")
        return int(text)

    def moment(self, name: str) -> datetime | None:
        """A date (its midnight in UTC) or an RFC 3339 time."""
        text = self.optional(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Invalid(f"{self._name(name)} is not a valid date or time") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def section(self, name: str) -> Fields:
        value = self.values.get(name)
        if not isinstance(value, dict):
            raise Invalid(f"{self._name(name)} is required")
        return Fields(value, f"{self._name(name)}.")

    def sections(self, name: str, *, count_max: int) -> tuple[Fields, ...]:
        value = self.values.get(name)
        if not isinstance(value, list) or not value or len(value) > count_max:
            raise Invalid(f"{self._name(name)} must hold 1 to {count_max} entries")
        if not all(isinstance(entry, dict) for entry in value):
            raise Malformed(f"{self._name(name)} must hold objects")
        return tuple(Fields(entry, f"{self._name(name)}[].") for entry in value)
