"""All wallets of the entity: making them, deriving them on other chains, finding them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from sandbox.chain import address_key
from sandbox.circle.blockchains import Blockchain
from sandbox.circle.crypto.edwards_key import EdwardsKey
from sandbox.circle.crypto.evm_key import EvmKey
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.indexed_store import IndexedStore
from sandbox.circle.wallet import Wallet, WalletSet
from sandbox.circle.wire_values import whole_second
from sandbox.world import World

WALLETS_PER_SET_MAX = 1_000_000


@attrs.frozen
class Label:
    """A developer's name and reference for a wallet."""

    name: str | None = None
    ref_id: str | None = None


@attrs.frozen
class Account:
    """The properties that the wallets of one address on several chains share."""

    set_id: str
    account_type: str
    key: EvmKey | EdwardsKey


class Wallets:
    """Wallet sets and their wallets, found by id or by chain and address."""

    def __init__(self, *, world: World, smart_account_core: str) -> None:
        self._world = world
        self._core = smart_account_core
        self.sets: IndexedStore[WalletSet] = IndexedStore()
        self.store: IndexedStore[Wallet] = IndexedStore()
        self._by_address: dict[tuple[str, str], Wallet] = {}
        self._in_set: Counter[str] = Counter()

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
        wallet = self.store.find(wallet_id)
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
        if self._in_set[set_id] + len(labels) * len(chains) > WALLETS_PER_SET_MAX:
            raise CircleRefusal(Why.WALLET_SET_FULL)
        made = []
        for label in labels:
            account = Account(set_id, account_type, EvmKey.new(self._world.random))
            made += [self._make(account, chain, label) for chain in chains]
        return made

    def _make(self, account: Account, chain: Blockchain, label: Label) -> Wallet:
        """A wallet of the account on an EVM chain, of a key of its own on another."""
        if not isinstance(account.key, EvmKey) or not chain.is_evm:
            key = EdwardsKey.new(self._world.random)
            own = attrs.evolve(account, key=key)
            return self._add(own, chain, key.address(chain.code), label)
        is_smart = account.account_type == "SCA"
        address = account.key.smart_address if is_smart else account.key.address
        return self._add(account, chain, address, label)

    def derive(self, wallet: Wallet, *, chain: Blockchain, label: Label) -> tuple[Wallet, bool]:
        """The wallet of the same address on another EVM chain, and whether it is new."""
        if not chain.is_evm or not wallet.address.startswith("0x"):
            raise CircleRefusal(Why.CHAIN_UNSUPPORTED)
        if wallet.is_smart and not chain.allows_smart_accounts:
            raise CircleRefusal(Why.SMART_ACCOUNT_UNSUPPORTED)
        known = self.at(chain.code, wallet.address)
        if known is not None:
            return known, False
        account = Account(wallet.wallet_set_id, wallet.account_type, wallet.key)
        return self._add(account, chain, wallet.address, label), True

    def _add(self, account: Account, chain: Blockchain, address: str, label: Label) -> Wallet:
        now = whole_second(self._world.clock)
        wallet = Wallet(
            id=self._world.new_uuid(),
            wallet_set_id=account.set_id,
            blockchain=chain.code,
            address=address,
            account_type=account.account_type,
            key=account.key,
            core=self._core if account.account_type == "SCA" else None,
            name=label.name,
            ref_id=label.ref_id,
            created_at=now,
            updated_at=now,
        )
        tags = [f"set:{account.set_id}", f"chain:{chain.code}", f"address:{address_key(address)}"]
        self.store.add(wallet, tags=tags)
        self._by_address[chain.code, address_key(address)] = wallet
        self._in_set[account.set_id] += 1
        self._tag_reference(wallet)
        return wallet

    def rename(self, wallet: Wallet, label: Label) -> None:
        wallet.rename(name=label.name, ref_id=label.ref_id, at=whole_second(self._world.clock))
        self._tag_reference(wallet)

    def _tag_reference(self, wallet: Wallet) -> None:
        if wallet.ref_id:
            self.store.tag(wallet, f"ref:{wallet.ref_id}")
