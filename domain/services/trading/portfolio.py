"""An investor's balances from the ledger, valued at what is known of the last trades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.ids import InvestorId
from domain.ledger.account import Account, Role
from domain.money import USD, Asset, Money
from domain.services.trading.prices import PriceService
from domain.trading.last_trade import KnownPrice
from ports.ledger import Ledger

_SHOWN = {Role.INCOMING, Role.CASH, Role.HOLD, Role.OUTGOING, Role.SECURITY, Role.DUST, Role.OWED}


@attrs.frozen(kw_only=True)
class AssetBalance:
    """
    One asset of one investor. Only ``available`` can be spent or sold.

    ``held`` is reserved by orders and withdrawals, ``incoming`` and ``outgoing`` are in transit, ``dust``
    is too small to convert. ``owed`` is a debt, which is paid before anything is available.
    """

    asset: Asset
    available: Money
    held: Money
    incoming: Money
    outgoing: Money
    dust: Money
    owed: Money


@attrs.frozen(kw_only=True)
class Position:
    """
    The shares owned, less those that are owed, and their value at the known price.

    Without a price there is no value; of shares that are owed to the broker both are negative.
    """

    symbol: str
    quantity: Money
    price: KnownPrice | None

    @property
    def value(self) -> Money | None:
        return self.price.price.cost(self.quantity) if self.price else None


@attrs.frozen(kw_only=True)
class Portfolio:
    """
    Cash and positions.

    ``total`` is net of debts, and counts only the positions that have a price, also a stale one.
    """

    cash: AssetBalance
    positions: Sequence[Position]
    total: Money

    @property
    def unpriced(self) -> Sequence[str]:
        """The symbols whose value is unknown and not part of the total."""
        return [each.symbol for each in self.positions if each.price is None]

    @property
    def stale(self) -> Sequence[str]:
        """The symbols that are valued at a stale price."""
        return [each.symbol for each in self.positions if each.price and each.price.is_stale]


@attrs.frozen
class PortfolioService:
    _ledger: Ledger
    _prices: PriceService

    async def balances(self, investor_id: InvestorId) -> Sequence[AssetBalance]:
        """All assets with a balance, and always dollars."""
        found = await self._ledger.balances(investor_id)
        assets = {account.asset for account in found if account.role in _SHOWN} | {USD}
        return [_balance(asset, found) for asset in sorted(assets)]

    async def portfolio(self, investor_id: InvestorId) -> Portfolio:
        balances = await self.balances(investor_id)
        shares = [b for b in balances if b.asset.is_share and (b.available or b.held or b.owed)]
        prices = await self._prices.known([b.asset.code for b in shares])
        positions = [_position(balance, prices) for balance in shares]
        cash = next(balance for balance in balances if balance.asset == USD)
        total = cash.available + cash.held - cash.owed
        for position in positions:
            total += position.value or Money.zero(USD)
        return Portfolio(cash=cash, positions=positions, total=total)


def _balance(asset: Asset, found: Mapping[Account, Money]) -> AssetBalance:
    def total(*roles: Role) -> Money:
        minor = sum(
            money.minor for a, money in found.items() if a.asset == asset and a.role in roles
        )
        return Money(minor, asset)

    return AssetBalance(
        asset=asset,
        available=total(Role.CASH, Role.SECURITY),
        held=total(Role.HOLD),
        incoming=total(Role.INCOMING),
        outgoing=total(Role.OUTGOING),
        dust=total(Role.DUST),
        owed=total(Role.OWED),
    )


def _position(balance: AssetBalance, prices: Mapping[str, KnownPrice]) -> Position:
    return Position(
        symbol=balance.asset.code,
        quantity=balance.available + balance.held - balance.owed,
        price=prices.get(balance.asset.code),
    )
