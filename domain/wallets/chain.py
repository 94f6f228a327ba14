"""The blockchains on which USDC is accepted, and the form of an address on each."""

from __future__ import annotations

import re
from enum import Enum

from domain.errors import DomainError, Kind
from domain.wallets import solana

_EVM = re.compile(r"0x[0-9a-fA-F]{40}")
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,44}")
_UNOWNED = {f"0x{'0' * 40}", "1" * 32}
"""The zero address, and Solana's system program: money sent there is lost."""


class UnknownChain(DomainError):
    """USDC is not accepted on this chain."""

    code = "ERR_5001"
    slug = "unknown-chain"
    kind = Kind.VALIDATION


class InvalidAddress(DomainError):
    """The address is not a valid destination on its chain."""

    code = "ERR_5002"
    slug = "invalid-address"
    kind = Kind.VALIDATION


class Chain(Enum):
    """A blockchain by its own name; each provider's code for it is in the provider's adapter."""

    POLYGON = "polygon"
    ETHEREUM = "ethereum"
    BASE = "base"
    ARBITRUM = "arbitrum"
    AVALANCHE = "avalanche"
    SOLANA = "solana"

    @classmethod
    def named(cls, name: str) -> Chain:
        try:
            return cls(name)
        except ValueError:
            known = ", ".join(chain.value for chain in cls)
            raise UnknownChain(f"unknown chain {name[:40]!r}; one of {known}") from None

    @property
    def is_evm(self) -> bool:
        return self is not Chain.SOLANA

    @property
    def same_address_chains(self) -> tuple[Chain, ...]:
        """The other chains on which an address of this one has the same owner."""
        return tuple(each for each in Chain if self.is_evm and each.is_evm and each is not self)

    def require_address(self, address: str, *, field: str) -> str:
        """
        The address, if it is well formed and can have an owner. Raises ``InvalidAddress``.

        The checksum in the capitals of an EVM address is checked only by the API, where people enter one.
        """
        if not self._has_form(address):
            raise InvalidAddress(f"not a valid address on {self.value}", field=field)
        if address in _UNOWNED:
            raise InvalidAddress("money sent to this address would be lost", field=field)
        return address

    def _has_form(self, address: str) -> bool:
        if self.is_evm:
            return _EVM.fullmatch(address) is not None
        return _BASE58.fullmatch(address) is not None and solana.key_of(address) is not None

    def same_address(self, one: str, other: str) -> bool:
        return self.canonical(one) == self.canonical(other)

    def canonical(self, address: str) -> str:
        """The stored spelling: the capitals of an EVM address are only a checksum."""
        return address.lower() if self.is_evm else address
