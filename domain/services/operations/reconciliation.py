"""Reconciliation: compares the ledger with the holdings that the providers report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from domain.accounts.onboarding import Onboarding
from domain.ids import FIRM, InvestorId
from domain.ledger.account import Role
from domain.money import USD, USDC, Asset, Money
from domain.wallets.wallet import Wallet
from ports.brokerage import Brokerage
from ports.custody import Custodian
from ports.ledger import Ledger
from ports.processes import Processes


@attrs.frozen(kw_only=True)
class Comparison:
    """One asset at one place, in our ledger and at the provider."""

    place: str
    asset: Asset
    ours: Money
    theirs: Money

    @property
    def agrees(self) -> bool:
        return self.ours == self.theirs


@attrs.frozen
class ReconciliationService:
    _ledger: Ledger
    _processes: Processes
    _custodian: Custodian
    _brokerage: Brokerage

    async def compare(self, investors: Iterable[InvestorId]) -> Sequence[Comparison]:
        """USDC at the custodian and all assets at the broker, for the firm and ``investors``."""
        comparisons: list[Comparison] = []
        for owner in (FIRM, *investors):
            comparisons += await self._custody(owner)
            comparisons += await self._broker(owner)
        return comparisons

    async def imbalances(self) -> dict[str, str]:
        return dict(await self._ledger.imbalances())

    async def _custody(self, owner: InvestorId) -> Sequence[Comparison]:
        found = await self._processes.of_investor(owner, kind=Wallet)
        wallets = [each.record for each in found]
        places = [wallet.location() for wallet in wallets if wallet.provider_id]
        held = await self._custodian.holdings(places)
        theirs = sum(money.minor for money in held.values())
        ours = await self._role(owner, Role.CUSTODY)
        return [
            Comparison(
                place=f"custodian {owner}",
                asset=USDC,
                ours=ours.get(USDC, Money.zero(USDC)),
                theirs=Money(theirs, USDC),
            )
        ]

    async def _broker(self, owner: InvestorId) -> Sequence[Comparison]:
        account_id = await self._broker_account(owner)
        if owner != FIRM and account_id is None:
            return []
        holdings = await self._brokerage.holdings(account_id)
        theirs = {Asset.parse(name): money for name, money in holdings.items()}
        ours = await self._role(owner, Role.BROKER)
        return [
            Comparison(
                place=f"broker {owner}",
                asset=asset,
                ours=ours.get(asset, Money.zero(asset)),
                theirs=theirs.get(asset, Money.zero(asset)),
            )
            for asset in sorted({USD} | ours.keys() | theirs.keys())
        ]

    async def _broker_account(self, owner: InvestorId) -> str | None:
        found = await self._processes.of_investor(owner, kind=Onboarding, limit=1)
        return found[0].record.broker.id if found else None

    async def _role(self, owner: InvestorId, role: Role) -> dict[Asset, Money]:
        balances = await self._ledger.balances(owner)
        return {a.asset: money for a, money in balances.items() if a.role is role}
