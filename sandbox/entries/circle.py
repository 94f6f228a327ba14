"""What the custodian's list of transactions may say otherwise: removed, repeated and changed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from domain.money import USDC, Money
from sandbox.chain import InsufficientOnChain, new_tx_hash
from sandbox.circle.transaction import Transaction
from sandbox.circle.transactions import Transactions
from sandbox.circle.wire_values import whole_second
from sandbox.control_fields import ControlFields, Refused
from sandbox.world import World

View = Mapping[str, Any]


@attrs.frozen
class CircleEntries:
    """Transactions of USDC. The wallet's balance on chain moves with each; no webhook tells."""

    _world: World
    _transactions: Transactions

    def of_owner(self, owner: str) -> Sequence[View]:
        """Those of the wallet with this id or address."""
        return [
            each.view()
            for each in self._transactions.store
            if owner in {each.wallet_id, _address(each)}
        ]

    def add(self, fields: ControlFields) -> View:
        """Change what is held at ``address`` on ``blockchain`` by ``amount``, without a transaction."""
        blockchain = fields.blockchain()
        address = fields.address("address", blockchain)
        self._change(blockchain, address, fields.money("amount", USDC))
        return {"held": self._world.chain.balance(blockchain, address).decimal}

    def remove(self, entry_id: str) -> None:
        gone = self._find(entry_id)
        self._move(gone, -_amount(gone))
        self._transactions.store.remove(entry_id)

    def repeat(self, entry_id: str, *, anonymous: bool) -> View:
        """A second transaction; ``anonymous`` has no reference."""
        first, now = self._find(entry_id), whole_second(self._world.clock)
        again = attrs.evolve(
            first,
            id=self._world.new_uuid(),
            tx_hash=new_tx_hash(first.blockchain, self._world.random),
            ref_id="" if anonymous else first.ref_id,
            created_at=now,
            updated_at=now,
        )
        self._move(again, _amount(again))
        self._transactions.enter(again)
        return again.view()

    def change(self, entry_id: str, fields: ControlFields) -> View:
        found, amount = self._find(entry_id), fields.money("amount", USDC)
        if not amount.is_positive:
            raise Refused("amount", "must be more than zero")
        self._move(found, amount - _amount(found))
        found.amounts = (amount.decimal,)
        return found.view()

    def _find(self, entry_id: str) -> Transaction:
        found = self._transactions.store.find(entry_id)
        if found is None:
            raise Refused("id", "no such transaction", status=404)
        return found

    def _move(self, transaction: Transaction, amount: Money) -> None:
        change = amount if transaction.is_inbound else -amount
        self._change(transaction.blockchain, _address(transaction), change)

    def _change(self, blockchain: str, address: str, change: Money) -> None:
        try:
            self._world.chain.change(blockchain, address, change)
        except InsufficientOnChain:
            raise Refused("amount", "more than the wallet holds") from None


def _address(transaction: Transaction) -> str:
    return transaction.destination if transaction.is_inbound else transaction.source


def _amount(transaction: Transaction) -> Money:
    return sum((Money.of(text, USDC) for text in transaction.amounts), Money.zero(USDC))
