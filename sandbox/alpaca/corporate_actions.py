"""Dividends: announced, owed to the holders of the share on the ex date, and paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial

import attrs

from domain.money import Asset, Money, Rounding
from sandbox.alpaca import sessions
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.amounts import trimmed, value
from sandbox.alpaca.counterparty import Counterparty
from sandbox.alpaca.errors import Missing
from sandbox.world import World

# Dividends are declared in fractions of a cent.
RATE = Asset("USD", 6)
NO_CUSIP = "000000000"


@attrs.frozen(kw_only=True)
class Announcement:
    """A dividend of ``cash`` a share."""

    id: str
    symbol: str
    cash: Money
    declaration_date: date
    ex_date: date
    record_date: date
    payable_date: date

    def view(self) -> dict[str, object]:
        """guess: numbers are strings here as elsewhere; the sandbox's shares have no CUSIP."""
        dates = ("declaration_date", "ex_date", "record_date", "payable_date")
        return {
            "id": self.id,
            "corporate_action_id": f"{self.symbol}_{self.ex_date:%Y%m%d}",
            "ca_type": "dividend",
            "ca_sub_type": "cash",
            "initiating_symbol": self.symbol,
            "initiating_original_cusip": NO_CUSIP,
            "target_symbol": self.symbol,
            "target_original_cusip": NO_CUSIP,
            **{name: getattr(self, name).isoformat() for name in dates},
            "cash": trimmed(self.cash),
            "old_rate": "1",
            "new_rate": "1",
        }


@attrs.define(kw_only=True)
class CorporateActions:
    _world: World
    _accounts: Accounts
    _counterparty: Counterparty
    _by_id: dict[str, Announcement] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[Announcement]:
        return iter(self._by_id.values())

    def get(self, announcement_id: str) -> Announcement:
        if announcement_id not in self._by_id:
            raise Missing("announcement not found")
        return self._by_id[announcement_id]

    def declare(self, symbol: str, cash: Money) -> Announcement:
        """A dividend that goes ex at the next session and is paid two sessions later."""
        today = self._world.clock.now().astimezone(sessions.NEW_YORK).date()
        ex_date = sessions.settlement(today)
        record_date = sessions.settlement(ex_date)
        announcement = Announcement(
            id=self._world.new_uuid(),
            symbol=symbol,
            cash=cash,
            declaration_date=today,
            ex_date=ex_date,
            record_date=record_date,
            payable_date=sessions.settlement(record_date),
        )
        self._by_id[announcement.id] = announcement
        self._world.clock.call_later(
            self._until_s(ex_date), partial(self._note_holders, announcement)
        )
        return announcement

    def _until_s(self, day: date) -> float:
        morning = datetime.combine(day, time(), sessions.NEW_YORK)
        return (morning - self._world.clock.now()).total_seconds()

    def _note_holders(self, announcement: Announcement) -> None:
        owed = {}
        for account in self._accounts:
            shares = account.position(announcement.symbol).shares.balance
            amount = value(shares, announcement.cash, rounding=Rounding.DOWN)
            if amount.is_positive:
                owed[account.id] = amount
        self._world.clock.call_later(
            self._until_s(announcement.payable_date), partial(self._pay, announcement, owed)
        )

    def _pay(self, announcement: Announcement, owed: dict[str, Money]) -> None:
        for account_id, amount in owed.items():
            account = self._accounts.get(account_id)
            description = f"dividend {announcement.symbol} {announcement.ex_date}"
            self._counterparty.pay(account, amount, kind="DIV", description=description)
