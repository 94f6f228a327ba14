"""Due's rails, the chains behind them and the addresses that they take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from domain.money import USD, USDC, Asset
from sandbox.due.errors import DueRefusal

# guess: the test network behind each rail of Due's sandbox (due.md §6).
CHAIN_BY_RAIL: Mapping[str, str] = MappingProxyType(
    {
        "ethereum": "ETH-SEPOLIA",
        "polygon": "MATIC-AMOY",
        "arbitrum": "ARB-SEPOLIA",
        "base": "BASE-SEPOLIA",
        "avalanche": "AVAX-FUJI",
        "optimism": "OP-SEPOLIA",
        "solana": "SOL-DEVNET",
    }
)
RAIL_BY_CHAIN: Mapping[str, str] = MappingProxyType(
    {chain: rail for rail, chain in CHAIN_BY_RAIL.items()}
)
# guess: only ach is documented; the codes of wires and instant payments are not (due.md §6).
BANK_RAILS = ("ach", "wire", "rtp")
FUNDING_ADDRESS_RAILS = frozenset({"ethereum", "polygon", "avalanche", "arbitrum", "base"})
ADDRESS_FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "evm": re.compile(r"0x[0-9a-fA-F]{40}"),
        "solana": re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,44}"),
        "tron": re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}"),
        "starknet": re.compile(r"0x[0-9a-fA-F]{64}"),
    }
)


def schema_of(rail: str) -> str:
    """The schema of the details of an account on ``rail``."""
    if rail in BANK_RAILS:
        return "bank_us"
    return "solana" if rail == "solana" else "evm"


def rails_of(schema: str) -> tuple[str, ...]:
    return tuple(rail for rail in CHAIN_BY_RAIL if schema_of(rail) == schema)


@attrs.frozen
class Leg:
    """One end of a conversion: a rail and its asset."""

    rail: str
    asset: Asset

    @classmethod
    def of(cls, rail: str, currency: str) -> Leg:
        """Raises ``DueRefusal`` for a rail or a currency that the sandbox does not have."""
        asset = USDC if rail in CHAIN_BY_RAIL else USD
        if rail not in CHAIN_BY_RAIL and rail not in BANK_RAILS:
            raise DueRefusal("err_channel_not_found", f"unknown rail {rail}")
        if currency != asset.code:
            raise DueRefusal("err_channel_not_found", f"no {currency} on {rail}")
        return cls(rail, asset)

    @property
    def is_crypto(self) -> bool:
        return self.asset == USDC


@attrs.frozen
class Address:
    """A chain address with its family; ``str`` gives Due's prefixed form."""

    schema: str
    value: str

    def __str__(self) -> str:
        return f"{self.schema}:{self.value}"

    @classmethod
    def parse(cls, text: str, *, default: str = "") -> Address:
        """Read a prefixed or a bare address, which may be of ``default``. Raises ``DueRefusal``."""
        prefix, _, value = text.rpartition(":")
        wanted = prefix or default
        for schema, form in ADDRESS_FORMS.items():
            if wanted in {"", schema} and form.fullmatch(value):
                return cls(schema, value)
        raise DueRefusal("err_wallet_invalid_address", f"not an address: {text[:80]}")
