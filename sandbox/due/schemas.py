"""The schemas of recipients' details, and their required fields (due.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POSTAL = ("street_line_1", "city", "postal_code", "country")
ADDRESS = ("address",)
# guess: accountType stays optional at bank_us, since Due's guides omit it and still show success; the
# fields of the schemas after it are not in our notes.
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bank_us": (
            "accountNumber",
            "routingNumber",
            *(f"beneficiaryAddress.{name}" for name in POSTAL),
        ),
        "bank_sepa": ("IBAN",),
        "bank_uk": ("accountNumber", "sortCode"),
        "bank_swift": ("accountNumber", "swiftCode"),
        "momo_africa": ("phoneNumber",),
        "evm": ADDRESS,
        "solana": ADDRESS,
        "starknet": ADDRESS,
        "tron": ADDRESS,
    }
)


def schemas() -> list[dict[str, object]]:
    """guess: the form of the answer."""
    return [{"schema": name, "required": list(fields)} for name, fields in REQUIRED.items()]
