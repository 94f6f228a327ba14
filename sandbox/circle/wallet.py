"""Wallet sets and wallets, and how Circle shows them (circle.md §5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from sandbox.circle.blockchains import BLOCKCHAINS
from sandbox.circle.crypto.base58 import base58
from sandbox.circle.crypto.edwards_key import EdwardsKey
from sandbox.circle.crypto.evm_key import EvmKey
from sandbox.circle.wire_values import wire_time

LIVE = "LIVE"
FROZEN = "FROZEN"


@attrs.define(kw_only=True)
class WalletSet:
    """A named group of wallets under one entity secret."""

    id: str
    name: str | None
    created_at: datetime
    updated_at: datetime

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "custodyType": "DEVELOPER",
            **({"name": self.name} if self.name else {}),
            "createDate": wire_time(self.created_at),
            "updateDate": wire_time(self.updated_at),
        }


@attrs.define(kw_only=True)
class Wallet:
    """
    One address on one chain.

    A smart contract account (SCA) is deployed with its first outbound transaction:
    ``deploying`` names that transaction until it confirms; then ``is_deployed`` is true. Its
    ``key`` belongs to the account's owner; ``core`` is the account's version.
    """

    id: str
    wallet_set_id: str
    blockchain: str
    address: str
    account_type: str
    key: EvmKey | EdwardsKey
    core: str | None
    name: str | None
    ref_id: str | None
    created_at: datetime
    updated_at: datetime
    state: str = LIVE
    is_deployed: bool = False
    deploying: str | None = None

    @property
    def is_smart(self) -> bool:
        return self.account_type == "SCA"

    @property
    def is_sponsored(self) -> bool:
        """
        Whether the gas station pays for its gas (circle.md §6).

        guess: it also does on chains without smart accounts, and Arc's gas, which is USDC, is
        always paid for.
        """
        chain = BLOCKCHAINS[self.blockchain]
        return self.is_smart or not chain.is_evm or chain.pays_gas_in_usdc

    def rename(self, *, name: str | None, ref_id: str | None, at: datetime) -> None:
        """Change the given fields and leave the rest."""
        self.name = self.name if name is None else name
        self.ref_id = self.ref_id if ref_id is None else ref_id
        self.updated_at = at

    @property
    def _initial_public_key(self) -> str | None:
        """Shown on NEAR only."""
        is_near = self.blockchain.startswith("NEAR")
        return f"ed25519:{base58(bytes.fromhex(self.address))}" if is_near else None

    def view(self) -> dict[str, Any]:
        optional = {
            "scaCore": self.core,
            "name": self.name,
            "refId": self.ref_id,
            "initialPublicKey": self._initial_public_key,
        }
        return {
            "id": self.id,
            "state": self.state,
            "walletSetId": self.wallet_set_id,
            "custodyType": "DEVELOPER",
            "address": self.address,
            "blockchain": self.blockchain,
            "accountType": self.account_type,
            **{name: value for name, value in optional.items() if value is not None},
            "updateDate": wire_time(self.updated_at),
            "createDate": wire_time(self.created_at),
        }
