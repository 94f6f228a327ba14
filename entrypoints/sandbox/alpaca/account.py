"""One brokerage account: who owns it, whether it may act, its cash and its shares."""

from __future__ import annotations

from typing import Any

import attrs

from domain.money import USD, Asset, Money
from entrypoints.sandbox.alpaca.errors import NotAllowed
from entrypoints.sandbox.alpaca.pot import Pot

ACTIVE = "ACTIVE"
CLOSED = "ACCOUNT_CLOSED"
DEFAULT_CONFIGURATION: dict[str, Any] = {
    "dtbp_check": "entry",
    "fractional_trading": True,
    "max_margin_multiplier": "1",
    "no_shorting": True,
    "pdt_check": "entry",
    "ptp_no_exception_entry": False,
    "suspend_trade": False,
    "trade_confirm_email": "all",
}


@attrs.define(kw_only=True)
class Position:
    """Shares of one symbol; ``gross`` is their cost in cents times billionths of a share, exact."""

    symbol: str
    shares: Pot
    gross: int = 0

    def buy(self, quantity: Money, price: Money) -> None:
        self.shares.add(quantity)
        self.gross += quantity.minor * price.minor

    def sell(self, reference: str, quantity: Money) -> None:
        """Give up shares and their part of the cost. Raises ``NotAvailable``."""
        before = self.shares.balance.minor
        self.shares.spend(reference, quantity)
        self.gross -= self.gross * quantity.minor // before


@attrs.define(kw_only=True)
class Account:
    """An account of a person, or the firm's own (which has no owner document)."""

    id: str
    number: str
    created_at: str
    status: str
    document: dict[str, Any] = attrs.field(factory=dict)
    kyc_results: dict[str, Any] | None = None
    is_firm: bool = False
    cash: Pot = attrs.field(factory=lambda: Pot.empty(USD))
    positions: dict[str, Position] = attrs.field(factory=dict)
    configuration: dict[str, Any] = attrs.field(factory=lambda: dict(DEFAULT_CONFIGURATION))

    @property
    def email(self) -> str:
        return str(self.document["contact"]["email_address"])

    @property
    def given_name(self) -> str:
        return str(self.document["identity"]["given_name"])

    @property
    def searchable(self) -> str:
        """What a search in the list of accounts looks at, in lower case."""
        identity = self.document["identity"]
        words = (self.number, self.email, self.given_name, str(identity["family_name"]))
        return " ".join(words).lower()

    def position(self, symbol: str) -> Position:
        """The position in ``symbol``, empty when nothing was ever bought."""
        if symbol not in self.positions:
            shares = Pot.empty(Asset.share(symbol))
            self.positions[symbol] = Position(symbol=symbol, shares=shares)
        return self.positions[symbol]

    def held_positions(self) -> list[Position]:
        return [position for position in self.positions.values() if position.shares.balance]

    def release(self, reference: str, symbol: str) -> None:
        """Free the cash and the shares that are held under ``reference``."""
        self.cash.release(reference)
        self.position(symbol).shares.release(reference)

    def require_active(self) -> None:
        """Only an ACTIVE account can fund and trade (alpaca.md §2). Raises ``NotAllowed``."""
        if self.status != ACTIVE:
            raise NotAllowed(f"account {self.id} is not active: {self.status}")

    def require_empty(self) -> None:
        """guess: an account with cash or shares cannot be closed. Raises ``NotAllowed``."""
        if self.cash.balance or self.held_positions():
            raise NotAllowed("account must have no cash and no positions to be closed")

    def book(self) -> dict[str, object]:
        """Cash and shares as decimal strings, for an audit."""
        return {
            "number": self.number,
            "status": self.status,
            "is_firm": self.is_firm,
            "cash": self.cash.balance.decimal,
            "held": self.cash.held.decimal,
            "positions": {
                each.symbol: each.shares.balance.decimal for each in self.held_positions()
            },
        }
