"""What is left in an account that is closed, and is too little to be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.funding.withdrawal import LAST_WITHDRAWAL_MIN
from domain.ids import InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry
from domain.ledger.templates.dust import residual_swept
from domain.money import USD, Money, Rounding
from domain.services.trading.prices import PriceService
from domain.trading.last_trade import KnownPrice
from ports.ledger import Ledger
from ports.offramp import Offramp


@attrs.frozen(kw_only=True)
class Residuals:
    """The accounts of ``owner`` that the closing empties into the firm's."""

    owner: InvestorId
    found: Mapping[Account, Money] = attrs.field(factory=dict)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """An account is closed once, so the owner's id is the key."""
        return (residual_swept(f"{self.owner}:residual", self.found),) if self.found else ()

    @property
    def amounts(self) -> Sequence[Money]:
        """The total of each asset."""
        totals = {account.asset: Money.zero(account.asset) for account in self.found}
        for account, money in self.found.items():
            totals[account.asset] += money
        return [totals[asset] for asset in sorted(totals)]

    @property
    def shown(self) -> Mapping[str, str]:
        """For the audit record; empty if nothing is left."""
        return {"swept": ", ".join(map(str, self.amounts))} if self.found else {}


@attrs.frozen
class ResidualService:
    _ledger: Ledger
    _offramp: Offramp
    _prices: PriceService

    async def of(self, owner: InvestorId) -> Residuals:
        """
        Dust below what is converted, dollars below the smallest withdrawal, and shares worth no cent.

        Shares of which no price is known are not among them: they may be worth something.
        """
        balances = await self._ledger.balances(owner)
        shares = [a.asset.code for a in balances if a.role is Role.SECURITY and balances[a]]
        prices = await self._prices.known(shares)
        small = {
            account: money
            for account, money in balances.items()
            if self._is_small(account, money, prices.get(account.asset.code))
        }
        return Residuals(owner=owner, found=small)

    def _is_small(self, account: Account, money: Money, price: KnownPrice | None) -> bool:
        match account.role:
            case Role.DUST:
                return money < self._offramp.deposit_min
            case Role.CASH:
                return account.asset == USD and money < LAST_WITHDRAWAL_MIN
            case Role.SECURITY if price is not None and price.price.value:
                # A sale of it would bring nothing.
                return not price.price.cost(money, rounding=Rounding.DOWN)
            case _:
                return False
