"""Outbound transactions: from a request through screening and queue onto the chain (§7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs

from domain.money import Money
from entrypoints.sandbox.chain import ChainTransfer, InsufficientOnChain, Output
from entrypoints.sandbox.circle import transaction as states
from entrypoints.sandbox.circle.errors import CircleRefusal, Why
from entrypoints.sandbox.circle.settings import CircleSandboxSettings
from entrypoints.sandbox.circle.tokens import Token
from entrypoints.sandbox.circle.transaction import Transaction
from entrypoints.sandbox.circle.transactions import Transactions
from entrypoints.sandbox.circle.wallet import Wallet
from entrypoints.sandbox.circle.wallets import Wallets
from entrypoints.sandbox.circle.wire_values import whole_second
from entrypoints.sandbox.faults import outcomes
from entrypoints.sandbox.world import World


@attrs.frozen(kw_only=True)
class Order:
    """What a transfer request asks for, already validated."""

    wallet: Wallet
    token: Token
    amount: Money
    destination: str
    fee_level: str | None
    ref_id: str


class Payouts:
    """Walks each transfer from INITIATED to its end; the chain decides the last two steps."""

    def __init__(
        self,
        *,
        world: World,
        settings: CircleSandboxSettings,
        wallets: Wallets,
        transactions: Transactions,
    ) -> None:
        self._world = world
        self._settings = settings
        self._wallets = wallets
        self._transactions = transactions
        self._on_chain: dict[tuple[str, int], Transaction] = {}
        world.chain.watch(self._on_transfer)

    def create(self, order: Order) -> Transaction:
        """
        Accept a transfer.

        Raises 155201 when the confirmed balance is short, and 155505 while the first transaction of
        a smart contract account is under way. Funds are not reserved: of two transfers that together
        exceed the balance the later one fails with INSUFFICIENT_TOKEN.
        """
        self._require_ready(order)
        now = whole_second(self._world.clock)
        transaction = Transaction(
            id=self._world.new_uuid(),
            wallet_id=order.wallet.id,
            blockchain=order.wallet.blockchain,
            token_id=order.token.id,
            transaction_type=states.OUTBOUND,
            state=states.INITIATED,
            amount=order.amount,
            source=order.wallet.address,
            destination=order.destination,
            ref_id=order.ref_id,
            created_at=now,
            updated_at=now,
            fee_level=order.fee_level,
        )
        if order.wallet.is_smart and not order.wallet.is_deployed:
            order.wallet.deploying = transaction.id
        self._transactions.add(transaction)
        self._then(transaction, self._settings.clear_s, self._clear)
        return transaction

    def _require_ready(self, order: Order) -> None:
        wallet = order.wallet
        if wallet.state != "LIVE":
            raise CircleRefusal(Why.WALLET_FROZEN)
        if wallet.deploying:
            raise CircleRefusal(Why.FIRST_TRANSACTION_PENDING)
        held = self._world.chain.confirmed_balance(wallet.blockchain, wallet.address)
        if order.token.is_native or held < order.amount:
            raise CircleRefusal(Why.NOT_ENOUGH_FUNDS)

    def _then(
        self, transaction: Transaction, delay_s: float, step: Callable[[Transaction], None]
    ) -> None:
        self._world.clock.call_later(delay_s, partial(self._go_on, transaction, step))

    def _go_on(self, transaction: Transaction, step: Callable[[Transaction], None]) -> None:
        if not transaction.is_final:
            step(transaction)

    def _clear(self, transaction: Transaction) -> None:
        match self._world.faults.outcome(outcomes.PAYMENT, transaction.view()):
            case "denied":
                self._stop(transaction, states.DENIED)
            case "failed":
                self._fail(transaction)
            case "stuck":
                self._transactions.move(transaction, states.STUCK)
            case _:
                self._transactions.move(transaction, states.CLEARED)
                self._then(transaction, self._settings.queue_s, self._queue)

    def _queue(self, transaction: Transaction) -> None:
        self._transactions.move(transaction, states.QUEUED)
        self._then(transaction, self._settings.broadcast_s, self._broadcast)

    def _broadcast(self, transaction: Transaction) -> None:
        output = Output(transaction.source, transaction.destination, transaction.amount)
        try:
            (transfer,) = self._world.chain.send(transaction.blockchain, [output])
        except InsufficientOnChain:
            self._fail(transaction)
            return
        transaction.tx_hash, transaction.height = transfer.tx_hash, transfer.height
        self._on_chain[transfer.tx_hash, transfer.index] = transaction
        self._transactions.move(transaction, states.SENT)

    def _fail(self, transaction: Transaction) -> None:
        """guess: the name of the reason is not published for this case (circle.md §7)."""
        transaction.error_reason = "INSUFFICIENT_TOKEN"
        transaction.error_details = "the wallet no longer holds the amount"
        self._stop(transaction, states.FAILED)

    def _on_transfer(self, transfer: ChainTransfer) -> None:
        key = transfer.tx_hash, transfer.index
        transaction = self._on_chain.get(key)
        if transaction is None:
            return
        if transfer.final:
            del self._on_chain[key]
        self._end_deployment(transaction, is_deployed=True)
        self._transactions.move(
            transaction, states.COMPLETE if transfer.final else states.CONFIRMED
        )

    def _stop(self, transaction: Transaction, state: str) -> None:
        self._end_deployment(transaction, is_deployed=False)
        self._transactions.move(transaction, state)

    def _end_deployment(self, transaction: Transaction, *, is_deployed: bool) -> None:
        wallet = self._wallets.get(transaction.wallet_id)
        if wallet.deploying == transaction.id:
            wallet.deploying = None
            wallet.is_deployed = is_deployed

    def cancel(self, transaction: Transaction) -> None:
        """
        Stop what is not on chain yet. Raises 155229.

        A transaction in SENT accepts the request, but the chain has it and it completes.
        """
        if transaction.is_inbound or transaction.state not in states.CANCELLABLE:
            raise CircleRefusal(Why.NOT_ELIGIBLE)
        if transaction.state not in states.ON_CHAIN:
            self._stop(transaction, states.CANCELLED)

    def accelerate(self, transaction: Transaction) -> None:
        """Raises 155229; the sandbox's chain is never slow, so only a fault's STUCK is helped."""
        if transaction.is_inbound or transaction.state not in states.ACCELERABLE:
            raise CircleRefusal(Why.NOT_ELIGIBLE)
        if transaction.state == states.STUCK:
            self._broadcast(transaction)
