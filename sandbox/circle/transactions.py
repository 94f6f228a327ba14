"""All transactions of the entity; every change of state is stored and reported here."""

from __future__ import annotations

from sandbox.chain import address_key
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.indexed_store import IndexedStore
from sandbox.circle.notifications import Notifications
from sandbox.circle.transaction import Transaction
from sandbox.circle.wire_values import whole_second
from sandbox.world import World


class Transactions:
    """The record that the lists read and the webhooks report."""

    def __init__(self, *, world: World, notifications: Notifications) -> None:
        self._clock = world.clock
        self._notifications = notifications
        self.store: IndexedStore[Transaction] = IndexedStore()

    def get(self, transaction_id: str) -> Transaction:
        """Raises 156003."""
        transaction = self.store.find(transaction_id)
        if transaction is None:
            raise CircleRefusal(Why.TRANSACTION_NOT_FOUND)
        return transaction

    def add(self, transaction: Transaction) -> None:
        self.enter(transaction)
        self._notify(transaction)

    def enter(self, transaction: Transaction) -> None:
        """Store it without a notification."""
        self.store.add(
            transaction,
            tags=[
                f"wallet:{transaction.wallet_id}",
                f"to:{address_key(transaction.destination)}",
            ],
        )
        self._tag_hash(transaction)

    def move(self, transaction: Transaction, state: str) -> None:
        """Record the new state and send a notification of it."""
        transaction.move(state, at=whole_second(self._clock))
        self._tag_hash(transaction)
        self._notify(transaction)

    def _tag_hash(self, transaction: Transaction) -> None:
        if transaction.tx_hash:
            self.store.tag(transaction, f"hash:{transaction.tx_hash}")

    def _notify(self, transaction: Transaction) -> None:
        kind = "transactions.inbound" if transaction.is_inbound else "transactions.outbound"
        self._notifications.publish(kind, transaction.view())
