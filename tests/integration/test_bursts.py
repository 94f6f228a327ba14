"""What is heard at once about many orders, on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

import attrs
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.ids import SequentialIds
from adapters.memory.job_signal import InMemoryJobSignal
from adapters.memory.offramp import InMemoryOfframp
from adapters.memory.request_context import InMemoryCurrentRequest
from domain.ledger.account import Account, Role
from domain.money import USD, Money
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.processes.retry_policy import RetryPolicy
from domain.processes.trading import order_execution
from domain.quantity import Price
from domain.services.commits.arrivals import ArrivalService
from domain.services.commits.debts import DebtService
from domain.services.commits.deposit_matching import DepositMatcher
from domain.services.commits.limits import LimitService
from domain.services.commits.processes import ProcessService
from domain.services.commits.sibling_wallets import SiblingWallets
from domain.services.integration.feeds import FeedService
from domain.trading.order import Order, OrderStage
from domain.trading.report_age import ReportAge
from entrypoints.worker.feeds import FeedConsumer
from ports.inbound import Event, Feed, InboundFact, unheard
from tests.contract.stores import Store, postgres_store
from tests.support import builders as a
from tests.support.builders import ADA, AT
from tests.support.waiting import eventually
from tests.support.world import LIMITS

ORDERS = [a.order(number, terms=a.buy("100.00")) for number in range(1, 21)]
PART = Money.of("0.6", a.buy().asset)
CASH = Account(Role.CASH, ADA, USD)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Twenty orders, reserved for and known to the broker."""
    async with postgres_store(database_url) as opened:
        await opened.ledger.post(a.funding(ADA, "2000.00"), at=AT)
        for order in ORDERS:
            placed = order_execution.place(order)
            accepted = attrs.evolve(placed.record, stage=OrderStage.ACCEPTED, provider_id="o")
            await opened.processes.commit(a.unit(a.opening(accepted, entries=placed.entries)))
        yield opened


def services(store: Store) -> ProcessService:
    clock = ManualClock(AT)
    return ProcessService(
        store.processes,
        ArrivalService(
            store.processes,
            DepositMatcher(
                store.processes, store.ledger, InMemoryOfframp(clock=clock), SequentialIds()
            ),
            SiblingWallets(
                store.processes,
                SequentialIds(),
                clock,
                InMemoryJobSignal(),
                RetryPolicy(),
                InMemoryCurrentRequest(),
            ),
            clock,
            InMemoryCurrentRequest(),
        ),
        clock,
        InMemoryJobSignal(),
        RetryPolicy(),
        InMemoryCurrentRequest(),
        LimitService(store.processes, store.limits, LIMITS, clock),
        DebtService(store.processes, store.ledger),
    )


def told(order: Order, number: int, filled: Money, **changes: Any) -> OrderReported:
    plain = OrderReported(
        reference=order.reference,
        provider_id="o",
        status=OrderStatus.OPEN,
        filled=filled,
        average_price=Price.of("100") if filled else None,
        age=ReportAge(updated_at=AT + timedelta(seconds=number), event_id=f"01J{number:03}"),
    )
    return attrs.evolve(plain, **changes)


def fill(order: Order) -> OrderReported:
    return told(order, 1, PART)


def bust(order: Order) -> OrderReported:
    return told(order, 2, Money.zero(PART.asset), corrects=True)


class Burst(Feed):
    """Every order's fill and bust in one buffer, then silence."""

    name = "burst"

    async def events(
        self, *, since: str | None, alive: Callable[[], None] = unheard
    ) -> AsyncGenerator[Event, None]:
        for order in ORDERS:
            for fact in (fill(order), bust(order)):
                yield Event(f"{fact.age.event_id}{order.id}", InboundFact(order.id, fact))


async def orders(store: Store) -> Sequence[Order]:
    found = [await store.processes.get(order.id) for order in ORDERS]
    return [each.record for each in found if each and isinstance(each.record, Order)]


@pytest.mark.situation(
    "a bust is read in one burst with its fill, for 20 orders", must="20 of 20 wait for a ruling"
)
async def test_a_bust_that_is_read_with_its_fill_is_not_dropped(
    store: Store, was: Callable[[str], None]
) -> None:
    clock = ManualClock(sleeping_advances=True)
    feeds = FeedService(services(store), cast(Any, None), store.cursors, clock)
    following = asyncio.create_task(FeedConsumer(Burst(), feeds, clock).run())

    async def ruled_on() -> list[Order]:
        return [order for order in await orders(store) if order.disputed]

    with suppress(AssertionError):
        await eventually(lambda: _all(ruled_on), "20 reviews", limit_s=20.0)
    following.cancel()
    waiting = await ruled_on()
    was(f"{len(waiting)} of {len(ORDERS)} wait for a ruling")
    assert len(waiting) == len(ORDERS)
    assert {order.filled for order in waiting} == {PART}


async def _all(ruled_on: Callable[[], Any]) -> bool:
    return len(await ruled_on()) == len(ORDERS)


@pytest.mark.situation(
    "a fill and its bust are heard at the same moment from two sources",
    must="either the bust waits for a ruling, or the fill is known to be old",
)
async def test_a_bust_that_is_heard_with_its_fill_is_right_in_either_order(store: Store) -> None:
    processes = services(store)
    await asyncio.gather(
        *(
            processes.apply_external(order.id, fact, cause="test")
            for order in ORDERS
            for fact in (
                (bust(order), fill(order))
                if order.id > ORDERS[9].id
                else (fill(order), bust(order))
            )
        )
    )
    for order in await orders(store):
        assert order.disputed or not order.filled
    for order in ORDERS:
        await processes.apply_external(order.id, fill(order), cause="again")
    for order in await orders(store):
        assert order.disputed or not order.filled


async def test_debts_and_deposits_at_the_same_moment_leave_nothing_free_beside_a_debt(
    store: Store,
) -> None:
    """Each order costs ten dollars more than its hold; nothing else is there to begin with."""
    processes = services(store)
    dear = [
        told(order, 1, PART, average_price=Price.of("190"), status=OrderStatus.FILLED)
        for order in ORDERS
    ]
    released = [
        told(order, 1, Money.zero(PART.asset), status=OrderStatus.CANCELED) for order in ORDERS
    ]
    await asyncio.gather(
        *(
            processes.apply_external(order.id, fact, cause="test")
            for order, fact in zip(ORDERS, dear[:10] + released[10:], strict=True)
        )
    )
    owed = await store.ledger.balance(Account(Role.OWED, ADA, USD))
    cash = await store.ledger.balance(CASH)
    assert (owed, cash) == (a.dollars("0.00"), a.dollars("860.00"))
    assert await store.ledger.imbalances() == {}
