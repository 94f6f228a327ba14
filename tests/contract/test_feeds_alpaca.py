from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import attrs
import pytest

from adapters.alpaca.feeds import (
    AlpacaAccountFeed,
    AlpacaFeed,
    AlpacaJournalFeed,
    AlpacaTradeFeed,
)
from adapters.system.clock import SystemClock
from domain.accounts.onboarding import ProviderAccountStatus
from domain.ids import LookupKey, process_of
from domain.money import Money
from domain.processes.accounts.onboarding import BROKER_ACCOUNT
from domain.processes.facts.accounts import BrokerAccountReported
from domain.processes.facts.funding import JournalExecuted
from domain.processes.facts.trading import OrderReported, OrderStatus
from ports.inbound import Event, InboundFact
from tests.contract.alpaca_broker import AlpacaRig, open_funded
from tests.contract.brokerage_rig import FUNDING
from tests.contract.exchange import ORDER, buy
from tests.support.waiting import LIMIT_S

EVENTS_MAX = 100


@pytest.fixture
async def rig() -> AsyncIterator[AlpacaRig]:
    async with open_funded() as rig:
        yield rig


def feed(rig: AlpacaRig, kind: type[AlpacaFeed]) -> AlpacaFeed:
    return kind(client=rig.client, clock=SystemClock())


async def read_until(events: AsyncIterator[Event], wanted: object) -> list[Event]:
    """Everything up to the first event whose fact has the ``wanted`` kind or status."""
    read: list[Event] = []
    async with asyncio.timeout(LIMIT_S):
        async for event in events:
            read.append(event)
            fact = event.inbound and event.inbound.fact
            if wanted in {type(fact), getattr(fact, "status", None), getattr(fact, "standing", 0)}:
                return read
            assert len(read) < EVENTS_MAX
    raise AssertionError(f"the stream ended without {wanted}: {read}")


def last_notice(events: list[Event]) -> InboundFact:
    inbound = events[-1].inbound
    assert inbound is not None
    return inbound


async def test_an_account_is_followed_to_its_approval(rig: AlpacaRig) -> None:
    events = feed(rig, AlpacaAccountFeed).events(since=None)
    inbound = last_notice(await read_until(events, ProviderAccountStatus.APPROVED))
    assert inbound.about == LookupKey(BROKER_ACCOUNT, rig.account_id)
    assert isinstance(inbound.fact, BrokerAccountReported)
    assert inbound.fact.account_id == rig.account_id


async def test_a_journal_of_ours_tells_its_process(rig: AlpacaRig) -> None:
    events = feed(rig, AlpacaJournalFeed).events(since=None)
    inbound = last_notice(await read_until(events, JournalExecuted))
    assert inbound.about == process_of(FUNDING)
    assert isinstance(inbound.fact, JournalExecuted)
    assert inbound.fact.reference == FUNDING


async def test_an_order_is_followed_live_to_its_fill(rig: AlpacaRig) -> None:
    events = feed(rig, AlpacaTradeFeed).events(since=None)
    reading = asyncio.ensure_future(read_until(events, OrderStatus.FILLED))
    placed = await rig.exchange.place(
        ORDER, account_id=rig.account_id, terms=buy("50.00"), attempt=1
    )
    inbound = last_notice(await reading)
    assert inbound.about == process_of(ORDER)
    found = await rig.exchange.find_order(ORDER, account_id=rig.account_id)
    assert found is not None
    assert isinstance(inbound.fact, OrderReported)
    assert inbound.fact.account_id == rig.account_id
    assert inbound.fact.execution is not None
    assert inbound.fact.execution.quantity == found.filled
    assert inbound.fact.age.updated_at == found.age.updated_at
    plain = attrs.evolve(inbound.fact, account_id=None, execution=None, age=found.age)
    assert plain == found
    assert inbound.fact.provider_id == placed.provider_id
    assert inbound.fact.filled > Money.zero(inbound.fact.filled.asset)


@pytest.mark.parametrize("kind", [AlpacaJournalFeed, AlpacaAccountFeed])
async def test_a_feed_goes_on_after_the_position_it_was_left_at(
    rig: AlpacaRig, kind: type[AlpacaFeed]
) -> None:
    last = JournalExecuted if kind is AlpacaJournalFeed else ProviderAccountStatus.APPROVED
    every = await read_until(feed(rig, kind).events(since=None), last)
    assert len(every) > 1
    rest = await read_until(feed(rig, kind).events(since=every[0].position), last)
    assert rest == every[1:]


async def test_what_others_do_at_the_broker_moves_the_position_only(rig: AlpacaRig) -> None:
    await rig.alpaca.journal(rig.account_id, rig.alpaca.firm, "1.00")
    strangers = [
        event
        async for event in _first(feed(rig, AlpacaJournalFeed).events(since=None), 4)
        if event.inbound is None
    ]
    assert strangers
    assert all(event.position for event in strangers)


async def _first(events: AsyncIterator[Event], count: int) -> AsyncIterator[Event]:
    left = count
    async with asyncio.timeout(LIMIT_S):
        async for event in events:
            yield event
            left -= 1
            if not left:
                return
