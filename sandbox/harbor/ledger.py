"""Harbor's money: the payments to and from each transfer."""

from __future__ import annotations

from functools import partial

import attrs

from domain.money import USD, USDC, Asset, Money
from sandbox.bank import BankAccount, BankPayment
from sandbox.chain import FAUCET, ChainTransfer, Output, address_key
from sandbox.harbor.settings import NETWORKS, HarborSandboxSettings
from sandbox.harbor.transfer import Status, Transfer
from sandbox.harbor.webhook_sender import HarborWebhookSender
from sandbox.world import World


@attrs.define
class Account:
    """``in_process`` waits to be paid out or is on hold; ``unallocated`` belongs to no transfer."""

    asset: Asset
    in_process: Money = attrs.field(init=False)
    fees: Money = attrs.field(init=False)
    unallocated: Money = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.in_process = self.fees = self.unallocated = Money.zero(self.asset)

    def view(self) -> dict[str, str]:
        return {name: getattr(self, name).decimal for name in ("in_process", "fees", "unallocated")}


@attrs.define(kw_only=True)
class Ledger:
    _world: World
    _settings: HarborSandboxSettings
    _webhooks: HarborWebhookSender
    usdc: Account = attrs.field(factory=lambda: Account(USDC))
    usd: Account = attrs.field(factory=lambda: Account(USD))
    _expected: dict[str, Transfer] = attrs.field(factory=dict)
    _on_chain: dict[str, Transfer] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._world.chain.watch(self._chain_moved)
        self._world.bank.register(self._settings.bank_account, self._wire_arrived)

    def expect(self, transfer: Transfer, *, by: str) -> None:
        """Assign payments to this address, or with this memo, to the transfer."""
        self._expected[address_key(by)] = transfer

    def move(self, transfer: Transfer, status: Status, *, reason: str | None = None) -> None:
        transfer.status, transfer.reason = status, reason
        self._webhooks.send("transfer.updated", transfer.view())

    def _chain_moved(self, movement: ChainTransfer) -> None:
        if not movement.final:
            return
        if delivered := self._on_chain.pop(movement.tx_hash, None):
            delivered.tx_hash = movement.tx_hash
            self.move(delivered, Status.COMPLETED)
        elif transfer := self._expected.get(address_key(movement.destination)):
            self._paid(transfer, movement.amount)

    def _wire_arrived(self, payment: BankPayment) -> None:
        transfer = self._expected.get(payment.memo)
        if transfer is None:
            self.usd.unallocated += payment.amount
        else:
            self._paid(transfer, payment.amount)

    def _paid(self, transfer: Transfer, amount: Money) -> None:
        """Process the agreed amount, paid once and in time; put any other payment on hold."""
        self._account(amount.asset).in_process += amount
        is_first, transfer.received = transfer.received is None, amount
        is_agreed = is_first and amount == transfer.quote.pays
        if not is_agreed or transfer.status is not Status.AWAITING_PAYMENT:
            self.move(transfer, Status.ON_HOLD, reason="paid late, twice, or another amount")
            return
        self.move(transfer, Status.PROCESSING)
        deliver = partial(self._deliver, transfer)
        self._world.clock.call_later(self._settings.delivery_delay_s, deliver)

    def _deliver(self, transfer: Transfer) -> None:
        quote = transfer.quote
        self._account(quote.pays.asset).in_process -= quote.pays
        self._account(quote.fee.asset).fees += quote.fee
        if transfer.is_sale:
            self._wire(transfer)
            return
        # Harbor's own liquidity is outside the model, hence the faucet.
        output = Output(FAUCET, transfer.payout["address"], quote.receives)
        (movement,) = self._world.chain.send(NETWORKS[transfer.payout["network"]], (output,))
        self._on_chain[movement.tx_hash] = transfer

    def _wire(self, transfer: Transfer) -> None:
        payout = transfer.payout
        self._world.bank.pay(
            source=self._settings.bank_account,
            destination=BankAccount(payout["routing_number"], payout["account_number"]),
            amount=transfer.quote.receives,
            memo=transfer.reference,
            reference=transfer.id,
            delay_s=self._settings.delivery_delay_s,
            on_settled=partial(self._wired, transfer),
        )

    def _wired(self, transfer: Transfer, *, arrived: bool) -> None:
        if arrived:
            self.move(transfer, Status.COMPLETED)
            return
        self.usd.in_process += transfer.quote.receives
        self.move(transfer, Status.ON_HOLD, reason="the bank sent it back")

    def _account(self, asset: Asset) -> Account:
        return self.usdc if asset == USDC else self.usd
