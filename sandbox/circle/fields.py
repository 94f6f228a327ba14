"""Reading one JSON object of a request, field by field, with a refusal for each mistake."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from sandbox.circle.blockchains import BLOCKCHAINS, Blockchain
from sandbox.circle.errors import CircleRefusal, InvalidParameter, Why

TEXT_LENGTH_MAX = 2048
IDEMPOTENCY_UUID_VERSION = 4


@attrs.frozen(kw_only=True)
class Fields:
    """
    The values and the path to them, so that a refusal can name the field.

    ``testnet`` is the environment of the API key: a chain of the other one is refused (156006).
    """

    values: Mapping[str, Any]
    testnet: bool
    path: str = ""

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def optional(self, name: str) -> str | None:
        """A string; None when absent or null."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.invalid(name, "must be a string", error="invalid_type")
        if len(value) > TEXT_LENGTH_MAX:
            raise self.invalid(
                name, "is too long", error="max_length", constraints={"max": str(TEXT_LENGTH_MAX)}
            )
        return value

    def text(self, name: str) -> str:
        value = self.optional(name)
        if not value:
            raise self.invalid(name, "must not be empty", error="required")
        return value

    def choice(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        value = self.optional(name) or default or self.text(name)
        if value not in allowed:
            raise self.invalid(name, f"must be one of {', '.join(allowed)}", error="invalid_value")
        return value

    def uuid(self, name: str, *, version: int | None = None) -> str:
        try:
            value = UUID(self.text(name))
        except ValueError:
            raise self.invalid(name, "must be a UUID", error="invalid_format") from None
        if version is not None and value.version != version:
            raise self.invalid(name, f"must be a UUID v{version}", error="invalid_format")
        return str(value)

    def idempotency_key(self) -> str:
        return self.uuid("idempotencyKey", version=IDEMPOTENCY_UUID_VERSION)

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise self.invalid(name, "must be a boolean", error="invalid_type")
        return value

    def count(self, name: str, *, default: int, maximum: int) -> int:
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.invalid(name, "must be an integer", error="invalid_type")
        if value < 1:
            raise self.invalid(name, "is too small", error="min_value", constraints={"min": "1"})
        if value > maximum:
            raise self.invalid(
                name, "is too large", error="max_value", constraints={"max": str(maximum)}
            )
        return value

    def texts(self, name: str, *, count_max: int) -> Sequence[str]:
        """A list of 1 to ``count_max`` texts."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise self.invalid(name, "must be a list of strings", error="required")
        if not 1 <= len(value) <= count_max:
            raise self.invalid(
                name,
                f"must hold 1 to {count_max} entries",
                error="min_value" if not value else "max_value",
                constraints={"min": "1", "max": str(count_max)},
            )
        return value

    def uuids(self, name: str, *, count_max: int) -> Sequence[str]:
        """A list of 1 to ``count_max`` UUIDs."""
        texts = self.texts(name, count_max=count_max)
        try:
            return [str(UUID(text)) for text in texts]
        except ValueError:
            raise self.invalid(name, "must hold UUIDs", error="invalid_format") from None

    def section(self, name: str) -> Fields:
        """An object inside this one; empty when absent."""
        return self._inside(name, self.values.get(name) or {})

    def sections(self, name: str) -> Sequence[Fields]:
        value = self.values.get(name) or []
        if not isinstance(value, list):
            raise self.invalid(name, "must be a list", error="invalid_type")
        return [self._inside(f"{name}[{index}]", entry) for index, entry in enumerate(value)]

    def _inside(self, name: str, values: Any) -> Fields:
        if not isinstance(values, dict):
            raise self.invalid(name, "must be an object", error="invalid_type")
        return Fields(values=values, testnet=self.testnet, path=f"{self.path}{name}.")

    def blockchain(self, name: str = "blockchain") -> Blockchain:
        return self.known_blockchain(name, self.text(name))

    def known_blockchain(self, name: str, code: str) -> Blockchain:
        """The chain of that code. Raises a validation error, or 156006 for the other environment."""
        if code not in BLOCKCHAINS:
            raise self.invalid(name, "is not a blockchain", error="invalid_value", value=code)
        chain = BLOCKCHAINS[code]
        if chain.is_testnet is not self.testnet:
            raise CircleRefusal(Why.KEY_CHAIN_MISMATCH)
        return chain

    def invalid(
        self,
        name: str,
        message: str,
        *,
        error: str,
        value: Any = None,
        constraints: Mapping[str, str] | None = None,
    ) -> InvalidParameter:
        shown = self.values.get(name) if value is None else value
        return InvalidParameter(
            self.path + name, message, error=error, value=shown, constraints=constraints
        )
