"""What the broker's own people do to an account's book: lines added, removed, repeated and changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import attrs

from domain.errors import DomainError
from domain.money import USD, Asset, Money
from sandbox.alpaca.account import Account
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.activities import Activities
from sandbox.alpaca.amounts import value
from sandbox.alpaca.counterparty import Counterparty
from sandbox.alpaca.errors import Missing
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.control_fields import ControlFields, Refused

FILL = "FILL"
View = Mapping[str, Any]


@attrs.frozen
class AlpacaEntries:
    """
    The lines of statements.

    What a line says moves with it: cash and shares go to or come from the counterparty, so that the books
    of all accounts balance.
    """

    _accounts: Accounts
    _activities: Activities
    _counterparty: Counterparty

    def of_owner(self, owner: str) -> Sequence[View]:
        return self._activities.of_account(self._account(owner, "owner").id)

    def add(self, fields: ControlFields) -> View:
        """Cash (``amount``) or shares (``symbol`` and ``qty``); unless ``listed``, without a line."""
        account = self._account(fields.text("account_id"), "account_id")
        is_listed = fields.flag("listed", default=True)
        kind = fields.text("activity_type") if is_listed else ""
        cash, shares = Money.zero(USD), None
        if "symbol" in fields.values:
            shares = fields.money("qty", Asset.share(fields.text("symbol")))
        else:
            cash = fields.money("amount", USD)
        self._move(account, cash, shares)
        if not is_listed:
            return account.book()
        line = {
            "activity_type": kind,
            "description": fields.values.get("description") or "",
            "status": "executed",
            "net_amount": cash.decimal,
            "symbol": shares.asset.code if shares else "",
            "qty": shares.decimal if shares else "0",
            "price": "0",
            "date": "",
            "created_at": "",
        }
        return self._view(self._activities.repeat(account, line))

    def remove(self, entry_id: str) -> None:
        view = self._view(entry_id)
        cash, shares = _moved(view)
        self._move(self._account(view["account_id"], "id"), -cash, -shares if shares else None)
        self._activities.remove(entry_id)

    def repeat(self, entry_id: str, *, anonymous: bool) -> View:
        """A second line; ``anonymous`` names neither what it is for nor an order of ours."""
        view = dict(self._view(entry_id))
        if anonymous:
            hidden = {"description": "", "order_id": str(uuid.UUID(int=0))}
            view |= {name: text for name, text in hidden.items() if name in view}
        account = self._account(view["account_id"], "id")
        self._move(account, *_moved(view))
        return self._view(self._activities.repeat(account, view))

    def change(self, entry_id: str, fields: ControlFields) -> View:
        """``amount`` is dollars, or the number of shares of a fill."""
        before = self._view(entry_id)
        name = "qty" if before["activity_type"] == FILL else "net_amount"
        asset = Asset.share(before["symbol"]) if name == "qty" else USD
        after = {**before, name: fields.money("amount", asset).decimal}
        (cash, shares), (cash_after, shares_after) = _moved(before), _moved(after)
        more = shares_after - shares if shares and shares_after else None
        self._move(self._account(before["account_id"], "id"), cash_after - cash, more)
        self._activities.change(entry_id, after)
        return after

    def _account(self, account_id: str, field: str) -> Account:
        try:
            return self._accounts.get(account_id)
        except Missing:
            raise Refused(field, "no such account", status=404) from None

    def _view(self, entry_id: str) -> View:
        view = self._activities.find(entry_id)
        if view is None:
            raise Refused("id", "no such activity", status=404)
        return view

    def _move(self, account: Account, cash: Money, shares: Money | None) -> None:
        """Refuse what the account does not have, and move nothing then."""
        if cash.minor < -account.cash.available.minor:
            raise Refused("amount", "more than the account's available cash")
        if shares:
            self._move_shares(account, shares)
        account.cash.add(cash)
        self._counterparty.takings -= cash

    def _move_shares(self, account: Account, shares: Money) -> None:
        symbol = shares.asset.code
        position = account.position(symbol)
        if shares.is_positive:
            position.buy(shares, Money.zero(USD))
        else:
            try:
                position.sell("", -shares)
            except NotAvailable:
                raise Refused("qty", "more than the account's available shares") from None
        delivered = self._counterparty.delivered
        delivered[symbol] = delivered.get(symbol, Money.zero(shares.asset)) + shares


def _moved(view: View) -> tuple[Money, Money | None]:
    """The cash and the shares that a line says have come, negative when they have left."""
    try:
        cash = Money.of(view.get("net_amount") or "0", USD)
        has_shares = view.get("symbol") and Decimal(view["qty"])
        shares = Money.of(view["qty"], Asset.share(view["symbol"])) if has_shares else None
        if view["activity_type"] != FILL or shares is None:
            return cash, shares
        paid = value(shares, Money.of(view["price"], USD))
    except (DomainError, InvalidOperation) as wrong:
        raise Refused("id", f"the line's amounts are no cents: {wrong}") from None
    return (-paid, shares) if view["side"] == "buy" else (paid, -shares)
