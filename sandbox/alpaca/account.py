"""One brokerage account: who owns it, whether it may act, its cash and its shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from domain.money import USD, Asset, Money
from sandbox.alpaca.configuration import DEFAULTS
from sandbox.alpaca.errors import NotAllowed
from sandbox.alpaca.held_balance import HeldBalance
from sandbox.alpaca.history import NOTHING, Holdings, Timeline

ACTIVE = "ACTIVE"
CLOSED = "ACCOUNT_CLOSED"


@attrs.define(kw_only=True)
class Position:
    """Shares of one symbol; ``gross`` is their cost in cents times billionths of a share, exact."""

    symbol: str
    shares: HeldBalance
    gross: int = 0

    def buy(self, quantity: Money, price: Money) -> None:
        self.shares.add(quantity)
        self.gross += quantity.minor * price.minor

    def sell(self, reference: str, quantity: Money) -> None:
        """Give up shares and their part of the cost. Raises ``NotAvailable``."""
        before = self.shares.balance.minor
        self.shares.spend(reference, quantity)
        self.gross -= self.gross * quantity.minor // before


@attrs.define(kw_only=True, eq=False)
class Account:
    """An investor's account, or the firm's own, which has no owner document."""

    id: str
    number: str
    created_at: str
    status: str
    document: dict[str, Any] = attrs.field(factory=dict)
    uploads: list[dict[str, Any]] = attrs.field(factory=list)
    cip: dict[str, Any] | None = None
    kyc_results: dict[str, Any] | None = None
    is_firm: bool = False
    cash: HeldBalance = attrs.field(factory=lambda: HeldBalance.empty(USD))
    positions: dict[str, Position] = attrs.field(factory=dict)
    timeline: Timeline = attrs.field(factory=Timeline)
    configuration: dict[str, Any] = attrs.field(factory=lambda: dict(DEFAULTS))

    @property
    def email(self) -> str:
        return str(self.document["contact"]["email_address"])

    @property
    def given_name(self) -> str:
        return str(self.document["identity"]["given_name"])

    @property
    def searchable(self) -> str:
        """The text that a search in the list of accounts compares, in lower case."""
        identity, phone = self.document["identity"], self.document["contact"].get("phone_number")
        words = (
            self.number,
            self.email,
            self.given_name,
            str(identity["family_name"]),
            phone or "",
        )
        return " ".join(words).lower()

    def position(self, symbol: str) -> Position:
        """The position in ``symbol``, empty when the account never bought any."""
        if symbol not in self.positions:
            shares = HeldBalance.empty(Asset.share(symbol))
            self.positions[symbol] = Position(symbol=symbol, shares=shares)
        return self.positions[symbol]

    def held_positions(self) -> list[Position]:
        return [position for position in self.positions.values() if position.shares.balance]

    def holdings(self, at: datetime, *, paid_in: Money = NOTHING) -> Holdings:
        """The holdings now, with ``paid_in`` added to the money that came from outside."""
        shares = {each.symbol: each.shares.balance for each in self.held_positions()}
        total = self.timeline.paid_in + paid_in
        return Holdings(at=at, cash=self.cash.balance, paid_in=total, shares=shares)

    def remember(self, at: datetime, *, paid_in: Money) -> None:
        self.timeline.add(self.holdings(at, paid_in=paid_in))

    def release(self, reference: str, symbol: str) -> None:
        """Free the cash and the shares that are held under ``reference``."""
        self.cash.release(reference)
        self.position(symbol).shares.release(reference)

    @property
    def is_active(self) -> bool:
        return self.status == ACTIVE

    def require_active(self) -> None:
        """Only an ACTIVE account can fund and trade (alpaca.md §2). Raises ``NotAllowed``."""
        if not self.is_active:
            raise NotAllowed(f"account {self.id} is not active: {self.status}")

    def require_empty(self) -> None:
        """guess: an account with cash or shares cannot be closed. Raises ``NotAllowed``."""
        if self.cash.balance or self.cash.credit or self.held_positions():
            raise NotAllowed("account must have no cash and no positions to be closed")

    def book(self) -> dict[str, object]:
        """Cash and shares as decimal strings, for an audit."""
        return {
            "number": self.number,
            "status": self.status,
            "is_firm": self.is_firm,
            "cash": self.cash.balance.decimal,
            "held": self.cash.held.decimal,
            "credit": self.cash.credit.decimal,
            "positions": {
                each.symbol: each.shares.balance.decimal for each in self.held_positions()
            },
        }
