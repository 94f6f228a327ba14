"""What investors, providers and machines do: each act is drawn by its weight and may be refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from domain.errors import DomainError
from domain.funding.deposit import Deposit
from domain.ids import LookupKey
from domain.money import Money
from domain.processes import rulings
from domain.processes.decision import Process
from domain.processes.facts.review import Ruled
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.quantity import Price
from domain.review.ruling import Action
from domain.trading.order import Order, OrderTerms, OrderType, Side
from tests.simulation.life import INVESTORS_MAX, PASSWORD, Life
from tests.support import builders as a
from tests.support.world import LEASE_S

ARRIVALS = ("250.000001", "100.00", "2.50", "2.51", "1.00", "0.000001", "0.99", "37.123456", "5000")
DOLLARS = ("1.00", "5.00", "20.00", "49.99", "100.00", "333.33", "1000.00")
SHARES = ("0.000026", "0.5", "1", "2", "0.123456789", "10")
SYMBOLS = ("AAPL", "MSFT", "VTI")
PAUSES_S = (1, 10, 60, 600, 3600)
Act = Callable[[Life], Awaitable[None]]


async def join(life: Life) -> None:
    if len(life.investors) < INVESTORS_MAX:
        await life.join()


async def receive(life: Life) -> None:
    """USDC arrives; the poller or a webhook tells of it."""
    ada = life.investor()
    seen = life.world.custodian.receive_usdc(
        ada.wallet.address or "", a.usdc(life.one_of(ARRIVALS)), final=life.rng.random() < 0.7
    )
    if life.rng.random() < 0.5:
        await life.tell(LookupKey(TRANSACTION, seen.transaction_id), seen)
    else:
        await life.world.app.feeds.poll_inbound()


async def finalise(life: Life) -> None:
    for deposit in _of_kind(life, Deposit):
        if deposit.transaction_id and life.rng.random() < 0.5:
            seen = life.world.custodian.finalise(deposit.transaction_id)
            await life.tell(LookupKey(TRANSACTION, seen.transaction_id), seen)


async def announce(life: Life) -> None:
    ada = life.investor()
    amount = a.usdc(life.one_of(ARRIVALS))
    await life.world.app.funding.announce_deposit(ada.id, amount=amount, chain=ada.wallet.chain)


async def withdraw(life: Life) -> None:
    ada = life.investor()
    takes_all = life.rng.random() < 0.3
    await ada.withdraw((await ada.available()).decimal if takes_all else life.one_of(DOLLARS))


async def order(life: Life) -> None:
    ada, symbol = life.investor(), life.one_of(SYMBOLS)
    by_notional, limited = life.rng.random() < 0.5, life.rng.random() < 0.3
    terms = OrderTerms(
        symbol=symbol,
        side=life.rng.choice((Side.BUY, Side.SELL)),
        type=OrderType.LIMIT if limited else OrderType.MARKET,
        notional=a.dollars(life.one_of(DOLLARS)) if by_notional else None,
        quantity=None if by_notional else _shares(life.one_of(SHARES), symbol),
        limit_price=Price.of(life.one_of(("100.00", "190.12", "400.00"))) if limited else None,
    )
    await life.world.app.trading.place(ada.id, terms=terms)


async def basket(life: Life) -> None:
    ada = life.investor()
    await life.world.app.trading.place_basket(
        ada.id, basket_id="thirds", notional=a.dollars(life.one_of(DOLLARS))
    )


async def cancel(life: Life) -> None:
    if orders := _of_kind(life, Order):
        chosen = life.rng.choice(orders)
        await life.world.app.trading.cancel(chosen.investor_id, chosen.id)


async def fill(life: Life) -> None:
    """The market fills all or part of an order, at a price that has moved."""
    working = set(life.world.exchange.working())
    known = [each for each in _of_kind(life, Order) if each.reference in working]
    if not known:
        return
    chosen = life.rng.choice(known)
    life.world.exchange.quote(chosen.terms.symbol, f"{life.rng.uniform(80, 250):.2f}")
    part = _shares(life.one_of(SHARES), chosen.terms.symbol) if life.rng.random() < 0.5 else None
    report = life.world.exchange.fill(chosen.reference, part)
    if life.rng.random() < 0.8:
        await life.tell(chosen.id, report)


async def settle(life: Life) -> None:
    """The providers finish some of what they have accepted."""
    settle_some(life, share=0.5)


async def fail(life: Life) -> None:
    """The providers refuse, or give up, some of what they have accepted."""
    world = life.world
    if sent := world.custodian.pending():
        world.custodian.fail(life.rng.choice(sent), "the chain refused it")
    elif moved := world.brokerage.pending():
        world.brokerage.fail(life.rng.choice(moved), "rejected by operations")
    elif open_ := world.offramp.unpaid():
        world.offramp.expire(life.rng.choice(open_))


async def hold(life: Life) -> None:
    """The off-ramp reviews a conversion that was paid, and goes on later."""
    if paid := life.world.offramp.pending():
        life.world.offramp.hold(life.rng.choice(paid), "compliance")


async def race(life: Life) -> None:
    """Something else is committed between a decision and its commit."""
    other = life.rng.choice((receive, withdraw, order, cancel, fill, retell))

    async def overtake() -> None:
        await _attempt(life, other)

    life.world.meanwhile = overtake


async def leave(life: Life) -> None:
    """An investor closes the account; all but the first, so that somebody stays."""
    if len(life.investors) > 1:
        ada = life.investors[-1]
        await life.world.app.account_status.close_own(ada.id, password=PASSWORD)
        life.investors.remove(ada)


async def resolve(life: Life) -> None:
    """Staff look up what a review waits for, and rule only what is certain."""
    await resolve_some(life)


async def disturb(life: Life) -> None:
    """The next call to a provider fails, or its answer is lost."""
    world = life.world
    provider = life.rng.choice((world.custodian, world.offramp, world.brokerage, world.exchange))
    faults = provider.faults
    life.rng.choice(
        (
            faults.lose_answer,
            faults.be_unavailable,
            lambda: faults.throttle(retry_after_s=5.0),
        )
    )()


async def lose_commits(life: Life) -> None:
    life.world.commits_to_lose = life.rng.randint(1, 2)


async def crash(life: Life) -> None:
    """A worker claims jobs, and dies or is paused."""
    life.claimed += await life.world.app.jobs.claim(limit=3, lease_s=LEASE_S)


async def thaw(life: Life) -> None:
    """A paused worker goes on with a job, perhaps long after its lease."""
    if life.claimed:
        await life.world.app.jobs.run(life.claimed.pop(0))


async def retell(life: Life) -> None:
    """An old webhook or event is delivered again."""
    if life.told:
        about, fact = life.rng.choice(life.told)
        await life.world.app.processes.apply_external(about, fact, cause="simulation")


async def work(life: Life) -> None:
    await life.world.run_jobs()


async def wait(life: Life) -> None:
    await life.world.let_pass(life.rng.choice(PAUSES_S))


ACTS: Mapping[Act, int] = {
    join: 2,
    receive: 8,
    finalise: 5,
    announce: 2,
    withdraw: 8,
    order: 12,
    basket: 3,
    cancel: 4,
    fill: 12,
    settle: 8,
    disturb: 6,
    lose_commits: 2,
    crash: 2,
    thaw: 2,
    retell: 8,
    fail: 3,
    hold: 2,
    race: 4,
    leave: 1,
    resolve: 2,
    work: 20,
    wait: 12,
}
"""Each act with its weight."""


async def act(life: Life) -> None:
    """One random act. What the application refuses is an answer too."""
    await _attempt(life, life.rng.choices(tuple(ACTS), weights=tuple(ACTS.values()))[0])


async def _attempt(life: Life, chosen: Act) -> None:
    number = len(life.acts)
    life.acts.append(chosen.__name__)
    try:
        await chosen(life)
    except DomainError as refused:
        life.acts[number] += f" ({refused.code})"


async def resolve_some(life: Life) -> None:
    """For each review: the facts that the providers tell, or a ruling that nothing happened."""
    app = life.world.app
    for record in reviews(life):
        facts = [await life.lookups().ask(each) for each in rulings.questions(record)]
        for fact in facts:
            if fact is not None:
                await life.tell(record.id, fact)
        current = life.world.database.processes[record.id].record
        if all(fact is None for fact in facts) and current.stage.value == rulings.IN_REVIEW:
            await _rule(life, current)


async def _rule(life: Life, record: Process) -> None:
    """No provider knows the effect, and nothing can make it any more: it did not happen."""
    for action in (Action.RETRY, Action.DID_NOT_HAPPEN):
        if action in rulings.possible(record):
            ruled = Ruled(action=action, reason="the provider knows nothing of it")
            await life.world.app.processes.apply(record.id, ruled)
            return


def reviews(life: Life) -> list[Process]:
    return [
        each.record
        for each in life.world.database.processes.values()
        if each.record.stage.value == rulings.IN_REVIEW
    ]


def settle_some(life: Life, *, share: float) -> None:
    world = life.world
    for provider in (world.custodian, world.offramp, world.brokerage):
        for ref in provider.pending():
            if life.rng.random() < share:
                provider.settle(ref)


def _of_kind(life: Life, kind: type[Process]) -> list:
    return [
        each.record for each in life.world.database.processes.values() if type(each.record) is kind
    ]


def _shares(text: str, symbol: str) -> Money:
    return Money.of(text, a.buy(symbol=symbol).asset)


