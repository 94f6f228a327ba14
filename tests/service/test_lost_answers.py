"""An answer that gets lost is looked up; whatever happens, there is one effect and honest books."""

from __future__ import annotations

import pytest

from adapters.memory.brokerage import InMemoryBrokerage
from adapters.memory.custodian import InMemoryCustodian
from adapters.memory.exchange import InMemoryExchange
from adapters.memory.offramp import InMemoryOfframp
from domain.accounts.onboarding import OnboardingStage
from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.money import USD, Money
from domain.processes.instructions import (
    CancelOrder,
    CreateWallet,
    Instruction,
    JournalFunds,
    LinkWallet,
    OpenBrokerAccount,
    OpenConversion,
    OpenOfframpAccount,
    PlaceOrder,
    SendUsdc,
    WireOut,
)
from domain.processes.retry_policy import RetryPolicy
from domain.trading.order import OrderStage
from domain.wallets.wallet import WalletStage
from ports.processes import LeaseLost
from tests.service.stories import CHAIN, Investor, funded, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World

Provider = InMemoryCustodian | InMemoryOfframp | InMemoryBrokerage | InMemoryExchange

LONG_S = 600


async def lose_the_answer(world: World, work: type[Instruction]) -> None:
    """Let time pass until such work is due, and do it without hearing what came of it."""
    for _ in range(6):
        try:
            job = await world.run_jobs_before(work)
        except AssertionError:
            world.advance(10)
            continue
        providers: dict[type[Instruction], Provider] = {
            SendUsdc: world.custodian,
            CreateWallet: world.custodian,
            OpenConversion: world.offramp,
            LinkWallet: world.offramp,
            OpenOfframpAccount: world.offramp,
            PlaceOrder: world.exchange,
            CancelOrder: world.exchange,
        }
        providers.get(work, world.brokerage).faults.lose_answer()
        await world.app.jobs.run(job)
        return
    raise AssertionError(f"{work.__name__} never became due")


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("work", [OpenConversion, SendUsdc, JournalFunds])
async def test_a_deposit_is_made_once(world: World, work: type[Instruction]) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    await lose_the_answer(world, work)
    await world.let_pass(LONG_S)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    assert world.offramp.opened == 1
    assert world.custodian.sent == a.usdc("250")
    assert (await world.brokerage.holdings(ada.account_id))[str(USD)] == a.dollars("247.50")
    await require_honest_books(world, ada)


@pytest.mark.parametrize("work", [JournalFunds, OpenConversion, WireOut, SendUsdc])
async def test_a_withdrawal_is_made_once(world: World, work: type[Instruction]) -> None:
    ada = await funded(world)
    await ada.withdraw("100.00")
    await lose_the_answer(world, work)
    await world.let_pass(LONG_S)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED
    assert world.outside[a.SOMEWHERE] == a.usdc("99.5")
    assert world.offramp.received[USD] == a.dollars("100.00")
    assert world.offramp.opened == 2
    await require_honest_books(world, ada)


async def test_a_compensation_is_made_once(world: World) -> None:
    ada = await funded(world)
    await ada.withdraw("100.00")
    opening = await world.run_jobs_before(OpenConversion)
    world.offramp.faults.refuse("not today")
    await world.app.jobs.run(opening)
    await lose_the_answer(world, JournalFunds)
    await world.let_pass(LONG_S)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPENSATED
    assert (await world.brokerage.holdings(ada.account_id))[str(USD)] == a.dollars("1000.00")
    await require_honest_books(world, ada)


async def test_an_order_is_placed_and_cancelled_once(world: World) -> None:
    ada = await funded(world)
    order = await world.app.trading.place(ada.id, terms=a.buy("100.00"))
    await lose_the_answer(world, PlaceOrder)
    await world.let_pass(LONG_S)
    assert (await ada.order()).provider_id is not None
    assert (await world.brokerage.holdings(ada.account_id))[str(USD)] == a.dollars("900.00")
    await world.app.trading.cancel(ada.id, order.id)
    await lose_the_answer(world, CancelOrder)
    await world.let_pass(LONG_S)
    assert (await ada.order()).stage is OrderStage.CANCELED
    await require_honest_books(world, ada)


@pytest.mark.parametrize("work", [OpenBrokerAccount, OpenOfframpAccount])
async def test_an_account_is_opened_once(world: World, work: type[Instruction]) -> None:
    ada = await world.join("ada@example.org", "long enough")
    await world.app.onboardings.onboard(ada, profile=a.profile())
    await lose_the_answer(world, work)
    await world.let_pass(LONG_S)
    onboarding = await world.app.onboardings.onboarding(ada)
    assert onboarding.stage is OnboardingStage.APPROVED
    assert onboarding.profile.tax_id is None


@pytest.mark.parametrize("work", [CreateWallet, LinkWallet])
async def test_a_wallet_is_made_once(world: World, work: type[Instruction]) -> None:
    ada = await world.join("ada@example.org", "long enough")
    await world.app.onboardings.onboard(ada, profile=a.profile())
    await world.run_jobs()
    await world.app.wallets.create(ada, chain=CHAIN)
    await lose_the_answer(world, work)
    await world.let_pass(LONG_S)
    (wallet,) = await world.app.wallets.list(ada)
    assert wallet.stage is WalletStage.LIVE


@pytest.mark.parametrize("fault", ["be_unavailable", "throttle"])
@pytest.mark.parametrize("work", [OpenConversion, SendUsdc, JournalFunds])
async def test_a_provider_that_is_away_is_asked_again(
    world: World, work: type[Instruction], fault: str
) -> None:
    ada = await onboarded(world)
    await ada.receive("250")
    if work is JournalFunds:
        await world.run_jobs()
        world.advance(10)
    job = await world.run_jobs_before(work)
    for provider in (world.custodian, world.offramp, world.brokerage):
        if fault == "throttle":
            provider.faults.throttle(retry_after_s=45)
        else:
            provider.faults.be_unavailable()
    await world.app.jobs.run(job)
    await world.let_pass(LONG_S)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    assert world.custodian.sent == a.usdc("250")


class TestAnOutcomeThatNobodyCanTell:
    """One try and no more, so that a lost answer stays lost."""

    @pytest.fixture
    def world(self) -> World:
        return World(retries=RetryPolicy(attempts_max=1))

    async def begun(self, world: World) -> Investor:
        ada = await onboarded(world)
        await ada.receive("250")
        return ada

    @pytest.mark.parametrize("work", [OpenConversion, JournalFunds])
    async def test_goes_to_a_person(self, world: World, work: type[Instruction]) -> None:
        ada = await self.begun(world)
        await lose_the_answer(world, work)
        deposit = await ada.deposit()
        assert deposit.stage is DepositStage.MANUAL_REVIEW
        assert deposit.reason == "the answer was lost"
        cash = await ada.cash()
        assert cash.available == Money.zero(USD)

    async def test_and_is_taken_up_again_by_good_news(self, world: World) -> None:
        ada = await self.begun(world)
        await lose_the_answer(world, SendUsdc)
        assert (await ada.deposit()).stage is DepositStage.MANUAL_REVIEW
        await world.let_pass(LONG_S)
        assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
        assert world.custodian.sent == a.usdc("250")
        balances = await world.app.portfolio.balances(ada.id)
        assert [balance.asset for balance in balances] == [USD]
        await require_honest_books(world, ada)


@pytest.mark.situation(
    "a wire's request is lost, and may still be carried out",
    must="not sent again within the quiet time, then once",
)
async def test_a_wire_is_sent_again_only_after_the_quiet_time(world: World) -> None:
    ada = await funded(world)
    await ada.withdraw("100.00")
    job = await world.run_jobs_before(WireOut)
    world.brokerage.faults.lose_request()
    await world.app.jobs.run(job)
    await world.let_pass(240)
    assert not world.offramp.received[USD]
    assert (await ada.withdrawal()).stage is WithdrawalStage.ONRAMP_REQUESTED
    await world.let_pass(LONG_S)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED
    assert world.offramp.received[USD] == a.dollars("100.00")
    await require_honest_books(world, ada)


@pytest.mark.situation(
    "a worker is paused in the look-up beyond its lease, and another sends the wire",
    must="one wire: the first sends nothing when it continues",
)
async def test_an_attempt_that_was_overtaken_sends_nothing(world: World) -> None:
    ada = await funded(world)
    await ada.withdraw("100.00")
    paused = await world.run_jobs_before(WireOut)
    await world.let_pass(LONG_S)
    with pytest.raises(LeaseLost):
        await world.app.jobs.run(paused)
    assert (await ada.withdrawal()).stage is WithdrawalStage.COMPLETED
    assert world.offramp.received[USD] == a.dollars("100.00")


@pytest.mark.parametrize("refused", [1, 2])
async def test_a_refused_question_is_no_refused_payment(world: World, refused: int) -> None:
    """Before a second try the off-ramp is asked whether it expects the payment, and refuses to say."""
    ada = await onboarded(world)
    await ada.receive("250")
    job = await world.run_jobs_before(SendUsdc)
    world.custodian.faults.be_unavailable()
    await world.app.jobs.run(job)
    for _ in range(refused):
        world.advance(5)
        (again,) = await world.app.jobs.claim(limit=1, lease_s=30.0)
        assert isinstance(again.work, SendUsdc)
        world.offramp.faults.refuse("no")
        await world.app.jobs.run(again)
    assert (await ada.deposit()).attempt == 1
    await world.let_pass(LONG_S)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
