"""The beginnings that the use cases share: somebody who can deposit, somebody who has money."""

from __future__ import annotations

import attrs

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import FIRM, InvestorId
from domain.money import Money
from domain.services.trading.portfolio import AssetBalance
from domain.trading.order import Order
from domain.wallets.chain import Chain
from domain.wallets.wallet import Wallet
from tests.support import builders as a
from tests.support.world import World

CHAIN = Chain.POLYGON
FEE = a.dollars("2.50")
"""What the in-memory off-ramp keeps of a deposit."""


@attrs.frozen
class Investor:
    """An onboarded investor of ``world`` with a live wallet, while the firm has its treasury."""

    world: World
    id: InvestorId
    wallet: Wallet

    @property
    def account_id(self) -> str:
        assert self.wallet.broker_account_id is not None
        return self.wallet.broker_account_id

    async def receive(self, text: str) -> None:
        """USDC arrives, final, and the poller sees it."""
        assert self.wallet.address is not None
        self.world.custodian.receive_usdc(
            self.wallet.address, a.usdc(text), chain=self.wallet.chain
        )
        await self.world.app.feeds.poll_inbound()

    async def deposit(self) -> Deposit:
        """The only deposit, or the newest."""
        deposits = await self.world.app.funding.deposits(self.id, before=None, limit=1)
        return deposits[0]

    async def withdrawal(self) -> Withdrawal:
        found = await self.world.app.funding.withdrawals(self.id, before=None, limit=1)
        return found[0]

    async def order(self) -> Order:
        found = await self.world.app.trading.orders(self.id, before=None, limit=1)
        return found[0]

    async def withdraw(self, text: str) -> Withdrawal:
        return await self.world.app.funding.withdraw(
            self.id, amount=a.dollars(text), chain=CHAIN, destination=a.SOMEWHERE
        )

    async def may_withdraw_to(self, address: str) -> None:
        await self.world.app.payout_addresses.save(
            self.id, chain=CHAIN, address=address, label="Cold wallet"
        )

    async def cash(self) -> AssetBalance:
        return (await self.world.app.portfolio.portfolio(self.id)).cash

    async def available(self) -> Money:
        return (await self.cash()).available

    async def owed(self, symbol: str) -> Money:
        """The shares that are owed to the broker."""
        asset = a.buy(symbol=symbol).asset
        balances = await self.world.app.portfolio.balances(self.id)
        return next((each.owed for each in balances if each.asset == asset), Money.zero(asset))

    async def shares(self, symbol: str) -> Money:
        asset = a.buy(symbol=symbol).asset
        balances = await self.world.app.portfolio.balances(self.id)
        found = [balance.available for balance in balances if balance.asset == asset]
        return found[0] if found else Money.zero(asset)


async def onboarded(world: World, *, email: str = "ada@example.org") -> Investor:
    """An investor with approved accounts and a live wallet."""
    app = world.app
    investor_id = await world.join(email, "correct horse battery")
    await app.onboardings.onboard(investor_id, profile=a.profile(email))
    await app.wallets.ensure_treasury([CHAIN])
    await world.run_jobs()
    await app.wallets.create(investor_id, chain=CHAIN)
    await world.run_jobs()
    (wallet,) = await app.wallets.list(investor_id)
    investor = Investor(world, investor_id, wallet)
    await investor.may_withdraw_to(a.SOMEWHERE)
    await world.run_jobs()
    return investor


async def funded(world: World, text: str = "1002.50") -> Investor:
    """An investor who deposited so much; what the off-ramp kept is missing from their cash."""
    investor = await onboarded(world)
    await investor.receive(text)
    await world.let_pass(60)
    return investor


async def require_honest_books(world: World, *investors: Investor) -> None:
    """The ledger adds up, and the custodian and the broker hold what it says."""
    assert await world.app.reconciliation.imbalances() == {}
    for owner in (FIRM, *(investor.id for investor in investors)):
        checked = await world.app.reconciliation.check(owner, complete=False, recorded=False)
        assert [reading for reading in checked.readings if reading.differences] == []
