"""Outbound transactions: from a request through screening and queue onto the chain (§7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs

from sandbox.assets import AssetTransfer
from sandbox.chain import ChainTransfer
from sandbox.circle import transaction as states
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fees import Fee, FeeMarket
from sandbox.circle.mempool import Mempool, Pending
from sandbox.circle.movement import Movement
from sandbox.circle.screening import rule_for
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.circle.transaction import Transaction
from sandbox.circle.transactions import Transactions
from sandbox.circle.wallet import FROZEN, LIVE, Wallet
from sandbox.circle.wallets import Wallets
from sandbox.circle.wire_values import whole_second, wire_time
from sandbox.faults import outcomes
from sandbox.world import World

PENDING_MAX = 64  # guess: Circle says that there is a limit, but not its value (155264)
DETAILS: Mapping[str, str] = {
    "INSUFFICIENT_TOKEN": "the wallet no longer holds the amount",
    "INSUFFICIENT_NATIVE_TOKEN": "the wallet cannot pay for the gas",
}


@attrs.frozen(kw_only=True)
class OutboundRequest:
    """
    A validated request.

    ``shown`` are fields of the transaction that only describe it; ``reverts`` says why a contract will
    revert its call; ``new_core`` is the wallet's account version after it.
    """

    wallet: Wallet
    movement: Movement
    fee: Fee
    fee_level: str | None
    ref_id: str
    destination: str
    shown: Mapping[str, Any]
    reverts: str | None = None
    new_core: str | None = None


class Outbound:
    """Moves each request from INITIATED to its end; the chain decides the last two steps."""

    def __init__(
        self,
        *,
        world: World,
        settings: CircleSandboxSettings,
        fees: FeeMarket,
        wallets: Wallets,
        transactions: Transactions,
    ) -> None:
        self._world = world
        self._settings = settings
        self._fees = fees
        self._wallets = wallets
        self._transactions = transactions
        self._orders: dict[str, OutboundRequest] = {}
        self.mempool = Mempool(
            world=world,
            settings=settings,
            fees=fees,
            transactions=transactions,
            on_failed=self.fail,
        )
        world.chain.watch(self._on_transfer)
        world.assets.watch(self._on_transfer)

    def create(self, order: OutboundRequest) -> Transaction:
        """
        Accept a request.

        Raises 155501, 155264, and 155505 while the first transaction of a smart contract account is
        under way. Funds are not reserved: of two requests that together exceed the balance the later
        one fails with INSUFFICIENT_TOKEN.
        """
        self._require_ready(order.wallet)
        now = whole_second(self._world.clock)
        transaction = Transaction(
            id=self._world.new_uuid(),
            wallet_id=order.wallet.id,
            blockchain=order.wallet.blockchain,
            transaction_type=states.OUTBOUND,
            state=states.INITIATED,
            source=order.wallet.address,
            destination=order.destination,
            ref_id=order.ref_id,
            created_at=now,
            updated_at=now,
            fee_level=order.fee_level,
            fee=order.fee,
            base_fee=self._fees.base_fee(order.wallet.blockchain),
            **order.shown,
        )
        if order.wallet.is_smart and not order.wallet.is_deployed:
            order.wallet.deploying = transaction.id
        self._orders[transaction.id] = order
        self._transactions.add(transaction)
        self._then(transaction, self._settings.clear_s, self._clear)
        return transaction

    def _require_ready(self, wallet: Wallet) -> None:
        if wallet.state != LIVE:
            raise CircleRefusal(Why.WALLET_FROZEN)
        if wallet.deploying:
            raise CircleRefusal(Why.FIRST_TRANSACTION_PENDING)
        waiting = self.mempool.pending_of(wallet.blockchain, wallet.address)
        if len(waiting) >= PENDING_MAX:
            raise CircleRefusal(Why.TOO_MANY_PENDING)

    def _then(
        self, transaction: Transaction, delay_s: float, step: Callable[[Transaction], None]
    ) -> None:
        self._world.clock.call_later(delay_s, partial(self._go_on, transaction, step))

    def _go_on(self, transaction: Transaction, step: Callable[[Transaction], None]) -> None:
        if not transaction.is_final:
            step(transaction)

    def _clear(self, transaction: Transaction) -> None:
        """Screen the destination, then pass or deny; a fault may decide first."""
        match self._world.faults.outcome(outcomes.PAYMENT, transaction.view()):
            case "denied":
                self.deny(transaction)
            case "failed":
                self.fail(transaction, "INSUFFICIENT_TOKEN")
            case "stuck":
                transaction.is_held = True
                self._screen(transaction)
            case _:
                self._screen(transaction)

    def _screen(self, transaction: Transaction) -> None:
        rule = rule_for(transaction.blockchain, transaction.destination)
        if rule:
            at = wire_time(whole_second(self._world.clock))
            transaction.screening = rule.view(transaction.destination, at=at)
            if rule.freezes:
                self._wallets.get(transaction.wallet_id).state = FROZEN
            if rule.denies:
                self.deny(transaction)
                return
        self._transactions.move(transaction, states.CLEARED)
        self._then(transaction, self._settings.queue_s, self._queue)

    def _queue(self, transaction: Transaction) -> None:
        self._transactions.move(transaction, states.QUEUED)
        self._then(transaction, self._settings.broadcast_s, self._broadcast)

    def _broadcast(self, transaction: Transaction) -> None:
        order = self._orders[transaction.id]
        if order.reverts:
            self.fail(transaction, "ESTIMATION_ERROR", details=order.reverts)
            return
        cap = 0 if order.wallet.is_sponsored else order.fee.cap_units(transaction.blockchain)
        reason = order.movement.shortage(self._world, fee_units=cap)
        if reason:
            self.fail(transaction, reason)
            return
        self.mempool.add(
            Pending(
                transaction=transaction,
                movement=order.movement,
                fee=order.fee,
                is_sponsored=order.wallet.is_sponsored,
            )
        )

    def fail(self, transaction: Transaction, reason: str, *, details: str | None = None) -> None:
        transaction.error_reason = reason
        transaction.error_details = details or DETAILS.get(reason)
        self._stop(transaction, states.FAILED)

    def deny(self, transaction: Transaction) -> None:
        """End it as DENIED."""
        self._stop(transaction, states.DENIED)

    def _on_transfer(self, transfer: ChainTransfer | AssetTransfer) -> None:
        key = transfer.tx_hash, transfer.index
        transaction = self.mempool.included.get(key)
        if transaction is None:
            return
        self._end_deployment(transaction, is_deployed=True)
        if transfer.final:
            del self.mempool.included[key]
            self._carry_out(self._orders.pop(transaction.id))
        self._transactions.move(
            transaction, states.COMPLETE if transfer.final else states.CONFIRMED
        )

    def _carry_out(self, order: OutboundRequest) -> None:
        if order.new_core:
            order.wallet.core = order.new_core

    def _stop(self, transaction: Transaction, state: str) -> None:
        self._forget(transaction)
        self._transactions.move(transaction, state)

    def _forget(self, transaction: Transaction) -> None:
        self._end_deployment(transaction, is_deployed=False)
        del self._orders[transaction.id]

    def _end_deployment(self, transaction: Transaction, *, is_deployed: bool) -> None:
        wallet = self._wallets.get(transaction.wallet_id)
        if wallet.deploying == transaction.id:
            wallet.deploying = None
            wallet.is_deployed = is_deployed

    def cancel(self, transaction: Transaction) -> None:
        """
        Stop a transaction that is not in a block yet. Raises 155229.

        A transaction in SENT accepts the request even when a block has it; then it completes.
        """
        if transaction.is_inbound or transaction.state not in states.CANCELLABLE:
            raise CircleRefusal(Why.NOT_ELIGIBLE)
        if transaction.state not in states.ON_CHAIN:
            self._stop(transaction, states.CANCELLED)
        elif self.mempool.cancel(transaction):
            self._forget(transaction)

    def accelerate(self, transaction: Transaction) -> None:
        """Offer a higher fee. Raises 155229 when the transaction is in a block already."""
        if transaction.is_inbound or transaction.state not in states.ACCELERABLE:
            raise CircleRefusal(Why.NOT_ELIGIBLE)
        self.mempool.accelerate(transaction)
