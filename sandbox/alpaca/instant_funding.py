"""Instant funding: credit now, and a settlement that pays for it later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import attrs

from domain.money import USD, Money
from sandbox.alpaca import sessions
from sandbox.alpaca.account import Account
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.activities import Activities
from sandbox.alpaca.commissions import Income
from sandbox.alpaca.errors import Invalid, Missing, NotAllowed, Unprocessable
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.instant_transfer import (
    OUTSTANDING,
    InstantTransfer,
    Settlement,
    system_date,
)
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.world import World

TRIES_MAX = 2000


@attrs.define(kw_only=True)
class InstantFunding:
    """
    A credit is a memo-post: it buys shares and cannot be withdrawn; its settlement turns it into cash.

    guess: the source's side of a settlement is a CSW on its statement.
    """

    _world: World
    _settings: AlpacaSandboxSettings
    _accounts: Accounts
    _activities: Activities
    _income: Income
    _transfers: dict[str, InstantTransfer] = attrs.field(factory=dict)
    _settlements: dict[str, Settlement] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[InstantTransfer]:
        """Oldest first."""
        return iter(self._transfers.values())

    def settlements(self) -> Iterator[Settlement]:
        return reversed(self._settlements.values())

    def get(self, transfer_id: str) -> InstantTransfer:
        if transfer_id not in self._transfers:
            raise Missing("instant funding transfer not found")
        return self._transfers[transfer_id]

    def settlement(self, settlement_id: str) -> Settlement:
        if settlement_id not in self._settlements:
            raise Missing("settlement not found")
        return self._settlements[settlement_id]

    def in_use(self, account: Account | None = None) -> Money:
        """The credit that is not settled yet: of one account, or of all."""
        lent = [
            each.amount
            for each in self
            if each.status in OUTSTANDING and account in {None, each.target}
        ]
        return sum(lent, start=Money.zero(USD))

    def create(self, target: Account, source: Account, amount: Money) -> InstantTransfer:
        """Lend ``amount`` within both limits. Raises ``NotAllowed``."""
        if target.is_firm or not source.is_firm:
            raise Invalid("instant funding goes from the firm account to a customer account")
        target.require_active()
        if self.in_use(target) + amount > self._settings.instant_limit_per_account:
            raise NotAllowed("instant funding limit of the account is exceeded")
        if self.in_use() + amount > self._settings.instant_limit:
            raise NotAllowed("instant funding limit is exceeded")
        day = system_date(self._world.clock.now())
        transfer = InstantTransfer(
            id=self._world.new_uuid(),
            target=target,
            source=source,
            amount=amount,
            system_date=day,
            deadline=sessions.settlement(day),
            created_at=self._world.clock.stamp(),
        )
        self._transfers[transfer.id] = transfer
        self._world.clock.call_later(
            self._settings.journal_step_s, partial(self._execute, transfer)
        )
        return transfer

    def cancel(self, transfer: InstantTransfer) -> None:
        if transfer.status != "PENDING":
            raise Unprocessable(f"transfer is not cancelable in status {transfer.status}")
        transfer.status = "CANCELED"

    def settle(self, transfers: Sequence[InstantTransfer]) -> Settlement:
        """Pay for ``transfers``, with interest for those that are late. Raises ``AlpacaRefusal``."""
        taken = {each.id for one in self._settlements.values() for each in one.transfers}
        if any(each.status != "EXECUTED" or each.id in taken for each in transfers):
            raise Unprocessable("only executed transfers that are not being settled can be settled")
        if len({each.source.id for each in transfers}) != 1:
            raise Unprocessable("all transfers of a settlement must have one source account")
        at = self._world.clock.stamp()
        settlement = Settlement(
            id=self._world.new_uuid(),
            source=transfers[0].source,
            transfers=transfers,
            created_at=at,
            updated_at=at,
        )
        self._settlements[settlement.id] = settlement
        self._try_later(settlement, self._settings.journal_step_s, TRIES_MAX)
        return settlement

    def _execute(self, transfer: InstantTransfer) -> None:
        if transfer.status != "PENDING":
            return
        if not transfer.target.is_active:
            transfer.status = "FAILED"
            return
        transfer.target.cash.credit += transfer.amount
        transfer.status = "EXECUTED"

    def _try_later(self, settlement: Settlement, delay_s: float, tries: int) -> None:
        self._world.clock.call_later(delay_s, partial(self._try, settlement, tries))

    def _try(self, settlement: Settlement, tries: int) -> None:
        now, rate = self._world.clock.now(), self._settings.instant_late_rate
        for each in settlement.transfers:
            each.interest = each.interest_at(now, rate=rate)
        try:
            settlement.source.cash.hold_own(settlement.id, settlement.total + settlement.interest)
        except NotAvailable:
            self._move(settlement, "AWAITING_ADDITIONAL_FUNDS" if tries else "FAILED")
            if tries:
                self._try_later(settlement, self._settings.instant_retry_s, tries - 1)
            return
        self._pay(settlement)
        self._move(settlement, "COMPLETED")
        settlement.completed_at = settlement.updated_at

    def _pay(self, settlement: Settlement) -> None:
        source = settlement.source
        total, interest = settlement.total, settlement.interest
        for each in settlement.transfers:
            each.target.cash.credit -= each.amount
            each.target.cash.add(each.amount)
            each.status = "COMPLETED"
        source.cash.spend(settlement.id, total + interest)
        self._income.take(interest)
        for each in settlement.transfers:
            self._record(each.target, "CSD", each.amount, f"instant funding {each.id}")
        self._record(source, "CSW", -total, f"settlement {settlement.id}")
        if interest:
            self._record(source, "INT", -interest, f"settlement {settlement.id}")

    def _record(self, account: Account, kind: str, amount: Money, description: str) -> None:
        self._activities.record_cash(account, kind=kind, amount=amount, description=description)

    def _move(self, settlement: Settlement, status: str) -> None:
        settlement.status = status
        settlement.updated_at = self._world.clock.stamp()
