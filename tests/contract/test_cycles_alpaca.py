"""What takes several steps at Alpaca, driven by the adapter against the broker of the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.alpaca.feeds import AlpacaJournalFeed
from adapters.system.clock import SystemClock
from domain.ids import reference
from domain.money import USD, Money
from domain.processes.facts.funding import JournalAccepted, JournalExecuted, JournalRejected
from ports.brokerage import JournalFact
from ports.errors import ProviderRejected
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.faults.reading import read_rule
from tests.contract.alpaca_broker import AlpacaRig, open_alpaca
from tests.contract.brokerage_rig import AMOUNT, DEPOSIT, FIRM_CASH, FUNDING, open_approved
from tests.contract.rigs import eventually

SHORT = AlpacaSandboxSettings(token_lifetime_s=30)
"""Shorter than the minute by which a token is renewed early."""

LOW = AlpacaSandboxSettings(journal_limit=Money.of("100.00", USD))
SECOND = reference(DEPOSIT, "funding", 2)


@pytest.fixture
async def rig() -> AsyncIterator[AlpacaRig]:
    async with open_alpaca() as rig:
        yield rig


async def fund(rig: AlpacaRig, account_id: str, *, attempt: int = 1) -> JournalFact:
    return await rig.brokerage.journal(
        FUNDING, account_id=account_id, amount=AMOUNT, to_investor=True, attempt=attempt
    )


async def cash(rig: AlpacaRig, account_id: str | None = None) -> Money:
    return (await rig.brokerage.holdings(account_id))["USD/2"]


async def test_a_token_near_its_end_is_renewed_before_the_next_call() -> None:
    async with open_alpaca(auth="oauth", broker=SHORT) as rig:
        assert await cash(rig) == FIRM_CASH
        first = await rig.client.credentials.authorization()
        assert await cash(rig) == FIRM_CASH
        assert await rig.client.credentials.authorization() != first


async def test_a_token_revoked_early_is_renewed_and_the_call_repeated() -> None:
    async with open_alpaca(auth="oauth") as rig:
        account_id = await open_approved(rig)
        first = await rig.client.credentials.authorization()
        rig.alpaca.broker.auth.revoke_tokens()
        await fund(rig, account_id)
        await eventually(
            rig, lambda: rig.brokerage.find_journal(FUNDING, provider_id=None), JournalExecuted
        )
        assert await cash(rig, account_id) == AMOUNT
        assert await rig.client.credentials.authorization() != first


async def test_a_journal_above_the_limit_is_pending_until_the_evening_and_then_done() -> None:
    async with open_alpaca(broker=LOW) as rig:
        account_id = await open_approved(rig)
        accepted = await fund(rig, account_id)
        assert isinstance(accepted, JournalAccepted)
        await rig.alpaca.until(f"/v1/journals/{accepted.provider_id}", "status", "pending")
        found = await rig.brokerage.find_journal(FUNDING, provider_id=accepted.provider_id)
        assert found == accepted
        assert await cash(rig, account_id) == Money.zero(USD)
        assert await fund(rig, account_id, attempt=2) == accepted
        rig.alpaca.world.clock.advance(timedelta(hours=6).total_seconds())
        found = await rig.brokerage.find_journal(FUNDING, provider_id=accepted.provider_id)
        assert isinstance(found, JournalExecuted)
        assert await cash(rig, account_id) == AMOUNT
        assert await cash(rig) == FIRM_CASH - AMOUNT


async def test_an_account_that_was_closed_after_the_money_came_is_not_funded(
    rig: AlpacaRig,
) -> None:
    account_id = await open_approved(rig)
    closed = await rig.alpaca.call("POST", f"/v1/accounts/{account_id}/actions/close")
    assert closed.status < 300
    with pytest.raises(ProviderRejected):
        await fund(rig, account_id)
    assert await cash(rig) == FIRM_CASH


async def test_an_account_closed_while_the_journal_is_under_way_gets_nothing(
    rig: AlpacaRig,
) -> None:
    account_id = await open_approved(rig)
    rig.alpaca.world.clock.set_speed(0)
    accepted = await fund(rig, account_id)
    assert isinstance(accepted, JournalAccepted)
    await rig.alpaca.call("POST", f"/v1/accounts/{account_id}/actions/close")
    rig.alpaca.world.clock.advance(10)
    found = await rig.brokerage.find_journal(FUNDING, provider_id=accepted.provider_id)
    assert isinstance(found, JournalRejected)
    assert await cash(rig) == FIRM_CASH


async def test_an_event_that_the_stream_lost_is_found_by_asking(rig: AlpacaRig) -> None:
    account_id = await open_approved(rig)
    rule = {
        "name": "silence",
        "match": {},
        "action": {"kind": "outcome", "point": "alpaca.event", "outcome": "dropped"},
    }
    rig.alpaca.world.faults.add(read_rule(rule))
    accepted = await fund(rig, account_id)
    assert isinstance(accepted, JournalAccepted)
    await eventually(
        rig,
        lambda: rig.brokerage.find_journal(FUNDING, provider_id=accepted.provider_id),
        JournalExecuted,
    )
    rig.alpaca.world.faults.clear()
    await rig.brokerage.journal(
        SECOND, account_id=account_id, amount=AMOUNT, to_investor=True, attempt=1
    )
    told = []
    feed = AlpacaJournalFeed(client=rig.client, clock=SystemClock())
    async for event in feed.events(since=None):
        if event.inbound is not None:
            told.append(event.inbound.fact)
        if told and isinstance(told[-1], JournalExecuted):
            break
    assert {fact.reference for fact in told if isinstance(fact, JournalExecuted)} == {SECOND}
