"""
Transactions that are broadcast and not in a block yet.

Those of one sender get into a block in the order of their nonces, each as soon as its fee covers the
chain's base fee. One that waits too long is STUCK and holds up those behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import attrs

from sandbox.chain import address_key, new_tx_hash
from sandbox.circle import transaction as states
from sandbox.circle.fees import COIN_TRANSFER, Fee, FeeMarket, coins_of, units_of
from sandbox.circle.movement import Movement
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.circle.tokens import NATIVE_TOKENS
from sandbox.circle.transaction import Transaction
from sandbox.circle.transactions import Transactions
from sandbox.world import World


@attrs.define(kw_only=True)
class Pending:
    """A broadcast transaction; ``is_due`` once it had time to reach the block producers."""

    transaction: Transaction
    movement: Movement
    fee: Fee
    is_sponsored: bool
    is_due: bool = False


Ended = Callable[[Transaction, str], None]


class Mempool:
    """One queue for each sender. A gas station pays the fees of those that it sponsors."""

    def __init__(
        self,
        *,
        world: World,
        settings: CircleSandboxSettings,
        fees: FeeMarket,
        transactions: Transactions,
        on_failed: Ended,
    ) -> None:
        self._world = world
        self._settings = settings
        self._fees = fees
        self._transactions = transactions
        self._on_failed = on_failed
        self._queues: dict[tuple[str, str], deque[Pending]] = {}
        self.included: dict[tuple[str, int], Transaction] = {}
        self.sponsored: dict[str, Decimal] = {}

    def pending_of(self, blockchain: str, address: str) -> list[Transaction]:
        """A sender's transactions without a block, the lowest nonce first."""
        queue = self._queues.get((blockchain, address_key(address)), ())
        return [pending.transaction for pending in queue]

    def add(self, pending: Pending) -> None:
        transaction = pending.transaction
        transaction.tx_hash = self._new_hash(transaction)
        self._queue_of(transaction).append(pending)
        self._transactions.move(transaction, states.SENT)
        later = self._world.clock.call_later
        later(self._settings.include_s, partial(self._become_due, pending))
        later(self._settings.stuck_s, partial(self._grow_old, transaction))

    def accelerate(self, transaction: Transaction) -> bool:
        """Replace it at a higher fee; False when it is in a block already."""
        pending = self._find(transaction)
        if pending is None:
            return False
        offered = self._fees.level(transaction.blockchain, "HIGH", pending.fee.gas_limit)
        pending.fee = transaction.fee = pending.fee.raised_to(offered)
        transaction.base_fee = self._fees.base_fee(transaction.blockchain)
        transaction.fee_level = transaction.fee_level and "HIGH"
        transaction.is_held, pending.is_due = False, True
        transaction.tx_hash = self._new_hash(transaction)
        self._transactions.move(transaction, states.SENT)
        self._advance(self._queue_of(transaction))
        return True

    def cancel(self, transaction: Transaction) -> bool:
        """Replace it with an empty one, which costs gas, too; False when it is in a block already."""
        pending = self._find(transaction)
        if pending is None:
            return False
        queue = self._queue_of(transaction)
        queue.remove(pending)
        fee = self._fees.level(transaction.blockchain, "HIGH", COIN_TRANSFER.limit)
        transaction.tx_hash = self._new_hash(transaction)
        self._pay(
            pending, COIN_TRANSFER.used * pending.fee.raised_to(fee).price(self._base(pending))
        )
        self._transactions.move(transaction, states.CANCELLED)
        self._advance(queue)
        return True

    def move_base_fee(self, blockchain: str, base_fee: Decimal) -> None:
        """Change the price of gas; transactions that can pay it get into a block."""
        self._fees.move(blockchain, base_fee)
        for (queue_of, _), queue in list(self._queues.items()):
            if queue_of == blockchain:
                self._advance(queue)

    def _queue_of(self, transaction: Transaction) -> deque[Pending]:
        key = transaction.blockchain, address_key(transaction.source)
        return self._queues.setdefault(key, deque())

    def _find(self, transaction: Transaction) -> Pending | None:
        queue = self._queue_of(transaction)
        return next((each for each in queue if each.transaction is transaction), None)

    def _new_hash(self, transaction: Transaction) -> str:
        return new_tx_hash(transaction.blockchain, self._world.random)

    def _base(self, pending: Pending) -> Decimal:
        return self._fees.base_fee(pending.transaction.blockchain)

    def _become_due(self, pending: Pending) -> None:
        pending.is_due = True
        if pending.transaction.is_held:
            self._grow_old(pending.transaction)
        self._advance(self._queue_of(pending.transaction))

    def _grow_old(self, transaction: Transaction) -> None:
        if transaction.state == states.SENT and self._find(transaction):
            self._transactions.move(transaction, states.STUCK)

    def _advance(self, queue: deque[Pending]) -> None:
        while queue and self._is_ready(queue[0]):
            self._include(queue.popleft())

    def _is_ready(self, pending: Pending) -> bool:
        affords = pending.fee.max_fee >= self._base(pending)
        return pending.is_due and affords and not pending.transaction.is_held

    def _include(self, pending: Pending) -> None:
        """Put it into a block: the fee is paid, and everything moves, or it fails and nothing moves."""
        transaction, movement = pending.transaction, pending.movement
        price = pending.fee.price(self._base(pending))
        gwei = movement.gas.used * price
        fee_units = 0 if pending.is_sponsored else units_of(gwei, self._decimals(pending))
        reason = movement.shortage(self._world, fee_units=fee_units)
        if reason:
            self._on_failed(transaction, reason)
            return
        self._pay(pending, gwei)
        sent = movement.send(self._world, tx_hash=str(transaction.tx_hash))
        transaction.height = sent.height
        self.included[sent.tx_hash, sent.index] = transaction

    def _pay(self, pending: Pending, gwei: Decimal) -> None:
        transaction = pending.transaction
        transaction.paid_fee = coins_of(gwei)
        coin = NATIVE_TOKENS[transaction.blockchain]
        if pending.is_sponsored:
            self.sponsored[coin.id] = self.sponsored.get(coin.id, Decimal(0)) + gwei
            return
        assets, units = self._world.assets, units_of(gwei, coin.decimals)
        assets.burn(
            coin.id, transaction.source, min(units, assets.held(coin.id, transaction.source))
        )

    def _decimals(self, pending: Pending) -> int:
        return NATIVE_TOKENS[pending.transaction.blockchain].decimals
