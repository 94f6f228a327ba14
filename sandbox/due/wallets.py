"""The chain addresses that customers linked; payments on chain are accepted from these."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from sandbox.chain import address_key
from sandbox.due.account import Account
from sandbox.due.errors import DueRefusal
from sandbox.due.rails import CHAIN_BY_RAIL, Address, rails_of
from sandbox.due.wire import amount_text, new_id
from sandbox.world import World


@attrs.frozen(kw_only=True)
class Wallet:
    id: str
    account_id: str
    address: Address

    def details(self) -> dict[str, object]:
        return {"schema": self.address.schema, "address": self.address.value}

    def view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "address": str(self.address),
            "preferences": {"selectedNetworks": []},
        }


@attrs.define(kw_only=True)
class Wallets:
    """An address belongs to at most one account, on all networks of its family."""

    _world: World
    _by_account: dict[str, dict[str, Wallet]] = attrs.field(factory=dict)
    _by_address: dict[str, Wallet] = attrs.field(factory=dict)

    def of(self, account: Account) -> Iterator[Wallet]:
        return iter(self._by_account.get(account.id, {}).values())

    def find(self, account: Account, wallet_id: str) -> Wallet | None:
        return self._by_account.get(account.id, {}).get(wallet_id)

    def get(self, account: Account, wallet_id: str) -> Wallet:
        wallet = self.find(account, wallet_id)
        if wallet is None:
            raise DueRefusal("err_wallet_not_found", "Wallet not found")
        return wallet

    def link(self, account: Account, address: Address) -> Wallet:
        """Linking again returns the same wallet. Raises ``DueRefusal`` for another account's address."""
        key = address_key(address.value)
        known = self._by_address.get(key)
        if known is not None:
            if known.account_id != account.id:
                raise DueRefusal("err_user_address_taken", "The address is already linked")
            return known
        wallet = Wallet(
            id=new_id("wlt_", self._world.random), account_id=account.id, address=address
        )
        self._by_address[key] = wallet
        self._by_account.setdefault(account.id, {})[wallet.id] = wallet
        return wallet

    def balances(self, wallet: Wallet) -> list[dict[str, object]]:
        chain, address = self._world.chain, wallet.address
        return [
            {
                "networkId": rail,
                "token": "USDC",
                "balance": amount_text(chain.balance(CHAIN_BY_RAIL[rail], address.value)),
            }
            for rail in rails_of(address.schema)
        ]
