"""What providers do on their own: they finish, fail, hold, and break down."""

from __future__ import annotations

from domain.ids import LookupKey
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.trading.order import Order
from tests.simulation import unfinished
from tests.simulation.investors import ARRIVALS, SHARES
from tests.simulation.life import Life, shares
from tests.support import builders as a


async def finalise(life: Life) -> None:
    """Some incoming transfers cannot be reverted any more."""
    for transaction_id in unfinished.arrivals(life.world):
        if life.rng.random() < 0.5:
            seen = life.world.custodian.finalise(transaction_id)
            await life.tell(LookupKey(TRANSACTION, transaction_id), seen)


async def fill(life: Life) -> None:
    """The market fills all or part of an order, at a price that has moved."""
    working = set(unfinished.orders(life.world))
    known = [each for each in life.of_kind(Order) if each.reference in working]
    if not known:
        return
    chosen = life.rng.choice(known)
    life.world.exchange.quote(chosen.terms.symbol, f"{life.rng.uniform(80, 250):.2f}")
    part = shares(life.one_of(SHARES), chosen.terms.symbol) if life.rng.random() < 0.5 else None
    report = life.world.exchange.fill(chosen.reference, part)
    if life.rng.random() < 0.8:
        await life.tell(chosen.id, report)


async def settle(life: Life) -> None:
    """The providers finish some of what they have accepted."""
    settle_some(life, share=0.5)


def settle_some(life: Life, *, share: float) -> None:
    """The providers finish each thing that they have begun, with this chance."""
    world = life.world
    for provider, begun in (
        (world.custodian, unfinished.payments(world)),
        (world.offramp, unfinished.conversions(world)),
        (world.brokerage, unfinished.movements(world)),
    ):
        for ref in begun:
            if life.rng.random() < share:
                provider.settle(ref)


async def fail(life: Life) -> None:
    """A provider refuses, or gives up, something that it has accepted."""
    world = life.world
    if sent := unfinished.payments(world):
        world.custodian.fail(life.rng.choice(sent), "the chain refused it")
    elif moved := unfinished.movements(world):
        world.brokerage.fail(life.rng.choice(moved), "rejected by operations")
    elif offered := unfinished.offers(world):
        world.offramp.expire(life.rng.choice(offered))


async def hold(life: Life) -> None:
    """The off-ramp reviews a conversion that was paid, and goes on later."""
    if paid := life.world.offramp.paid():
        life.world.offramp.hold(life.rng.choice(paid), "compliance")


async def deny(life: Life) -> None:
    """The custodian's screening denies an arrival; the chain drops one that is not final."""
    custodian = life.world.custodian
    if dropped := unfinished.arrivals(life.world):
        gone = life.rng.choice(dropped)
        await life.tell(LookupKey(TRANSACTION, gone), custodian.drop(gone))
    else:
        address = life.investor().wallet.address or ""
        denied = custodian.deny(address, a.usdc(life.one_of(ARRIVALS)))
        await life.tell(LookupKey(TRANSACTION, denied.transaction_id), denied)


async def freeze(life: Life) -> None:
    """The custodian freezes a wallet, or thaws one."""
    custodian = life.world.custodian
    wallet = life.rng.choice(unfinished.wallets(life.world))
    life.rng.choice((custodian.freeze, custodian.unfreeze))(wallet)


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
