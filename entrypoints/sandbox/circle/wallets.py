"""All wallets of the entity: making them, deriving them on other chains, finding them."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from entrypoints.sandbox.chain import address_key, new_address
from entrypoints.sandbox.circle.blockchains import Blockchain
from entrypoints.sandbox.circle.errors import CircleRefusal, Why
from entrypoints.sandbox.circle.shelf import Shelf
from entrypoints.sandbox.circle.wallet import Wallet, WalletSet
from entrypoints.sandbox.circle.wire_values import whole_second
from entrypoints.sandbox.world import World


@attrs.frozen
class Label:
    """What the developer calls a wallet."""

    name: str | None = None
    ref_id: str | None = None


class Wallets:
    """Wallet sets and their wallets, found by id or by chain and address."""

    def __init__(self, *, world: World) -> None:
        self._world = world
        self.sets: Shelf[WalletSet] = Shelf()
        self.shelf: Shelf[Wallet] = Shelf()
        self._by_address: dict[tuple[str, str], Wallet] = {}

    def create_set(self, name: str) -> WalletSet:
        now = whole_second(self._world.clock)
        wallet_set = WalletSet(id=self._world.new_uuid(), name=name, created_at=now, updated_at=now)
        self.sets.add(wallet_set)
        return wallet_set

    def get_set(self, set_id: str) -> WalletSet:
        """Raises 156005."""
        wallet_set = self.sets.find(set_id)
        if wallet_set is None:
            raise CircleRefusal(Why.WALLET_SET_NOT_FOUND)
        return wallet_set

    def rename_set(self, set_id: str, name: str) -> WalletSet:
        wallet_set = self.get_set(set_id)
        wallet_set.name = name
        wallet_set.updated_at = whole_second(self._world.clock)
        return wallet_set

    def get(self, wallet_id: str) -> Wallet:
        """Raises 156001."""
        wallet = self.shelf.find(wallet_id)
        if wallet is None:
            raise CircleRefusal(Why.WALLET_NOT_FOUND)
        return wallet

    def at(self, blockchain: str, address: str) -> Wallet | None:
        return self._by_address.get((blockchain, address_key(address)))

    def create(
        self,
        *,
        set_id: str,
        chains: Sequence[Blockchain],
        account_type: str,
        labels: Sequence[Label],
    ) -> list[Wallet]:
        """For each label one wallet on each chain; a label's EVM wallets share one address."""
        self.get_set(set_id)
        if account_type == "SCA" and not all(chain.allows_smart_accounts for chain in chains):
            raise CircleRefusal(Why.SMART_ACCOUNT_UNSUPPORTED)
        made = []
        for label in labels:
            evm_address = new_address("EVM", self._world.random)
            for chain in chains:
                address = evm_address if chain.is_evm else self._foreign_address(chain)
                made.append(self._add(set_id, chain, address, account_type, label))
        return made

    def _foreign_address(self, chain: Blockchain) -> str:
        return new_address(chain.code, self._world.random)

    def derive(self, wallet: Wallet, *, chain: Blockchain, label: Label) -> tuple[Wallet, bool]:
        """The wallet of the same address on another EVM chain, and whether it is new."""
        if not chain.is_evm or not wallet.address.startswith("0x"):
            raise CircleRefusal(Why.CHAIN_UNSUPPORTED)
        if wallet.is_smart and not chain.allows_smart_accounts:
            raise CircleRefusal(Why.SMART_ACCOUNT_UNSUPPORTED)
        known = self.at(chain.code, wallet.address)
        if known is not None:
            return known, False
        made = self._add(wallet.wallet_set_id, chain, wallet.address, wallet.account_type, label)
        return made, True

    def _add(
        self, set_id: str, chain: Blockchain, address: str, account_type: str, label: Label
    ) -> Wallet:
        now = whole_second(self._world.clock)
        wallet = Wallet(
            id=self._world.new_uuid(),
            wallet_set_id=set_id,
            blockchain=chain.code,
            address=address,
            account_type=account_type,
            name=label.name,
            ref_id=label.ref_id,
            created_at=now,
            updated_at=now,
        )
        tags = [f"set:{set_id}", f"chain:{chain.code}", f"address:{address_key(address)}"]
        self.shelf.add(wallet, tags=tags)
        self._by_address[chain.code, address_key(address)] = wallet
        self._tag_reference(wallet)
        return wallet

    def rename(self, wallet: Wallet, label: Label) -> None:
        wallet.rename(name=label.name, ref_id=label.ref_id, at=whole_second(self._world.clock))
        self._tag_reference(wallet)

    def _tag_reference(self, wallet: Wallet) -> None:
        if wallet.ref_id:
            self.shelf.tag(wallet, f"ref:{wallet.ref_id}")
