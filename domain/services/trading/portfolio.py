"""An investor's balances from the ledger, valued at the last trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.ids import InvestorId
from domain.ledger.account import Account, Role
from domain.money import USD, Asset, Money
from domain.quantity import Price
from ports.exchange import Exchange
from ports.ledger import Ledger

_SHOWN = {Role.INCOMING, Role.CASH, Role.HOLD, Role.OUTGOING, Role.SECURITY, Role.DUST, Role.OWED}


@attrs.frozen(kw_only=True)
class AssetBalance:
    """
    One asset of one investor. Only ``available`` can be spent or sold.

    ``held`` is reserved by orders and withdrawals, ``incoming`` and ``outgoing`` are in transit, ``dust``
    is too small to convert, ``owed`` is a debt to the firm.
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
    """The shares owned, and their value at ``price``; without a price there is no value."""

    symbol: str
    quantity: Money
    price: Price | None
    value: Money | None


@attrs.frozen(kw_only=True)
class Portfolio:
    """Cash and positions. ``total`` counts only the positions that have a price."""

    cash: AssetBalance
    positions: Sequence[Position]
    total: Money


@attrs.frozen
class PortfolioService:
    _ledger: Ledger
    _exchange: Exchange

    async def balances(self, investor_id: InvestorId) -> Sequence[AssetBalance]:
        """All assets with a balance, and always dollars."""
        found = await self._ledger.balances(investor_id)
        assets = {account.asset for account in found if account.role in _SHOWN} | {USD}
        return [_balance(asset, found) for asset in sorted(assets)]

    async def portfolio(self, investor_id: InvestorId) -> Portfolio:
        balances = await self.balances(investor_id)
        shares = [b for b in balances if b.asset.is_share and (b.available or b.held)]
        prices = await self._exchange.prices([b.asset.code for b in shares]) if shares else {}
        positions = [_position(balance, prices) for balance in shares]
        cash = next(balance for balance in balances if balance.asset == USD)
        total = cash.available + cash.held
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


def _position(balance: AssetBalance, prices: Mapping[str, Price]) -> Position:
    quantity = balance.available + balance.held
    price = prices.get(balance.asset.code)
    return Position(
        symbol=balance.asset.code,
        quantity=quantity,
        price=price,
        value=price.cost(quantity) if price else None,
    )
