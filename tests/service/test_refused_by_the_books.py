from __future__ import annotations

import pytest

from domain.funding.deposit import DepositStage
from domain.ids import reference
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, InsufficientFunds, Posting
from domain.money import USD
from domain.processes.facts.funding import JournalExecuted
from domain.processes.instructions import JournalFunds
from tests.service.stories import Investor, onboarded
from tests.support.builders import AT
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


async def test_news_that_the_books_refuse_goes_to_a_person_and_is_not_lost(
    world: World, ada: Investor
) -> None:
    await ada.receive("250.00")
    await world.run_jobs()
    world.advance(15)
    await world.run_jobs_before(JournalFunds)
    deposit = await ada.deposit()
    assert deposit.settlement is not None
    incoming = Account(Role.INCOMING, ada.id, USD)
    outgoing = Account(Role.OUTGOING, ada.id, USD)
    theft = Posting(incoming, outgoing, deposit.settlement.delivered)
    await world.app.ledger.post(Entry("theft", "theft", (theft,)), at=AT)

    funding = reference(deposit.id, "funding")
    fact = JournalExecuted(reference=funding, provider_id="j-1")
    await world.app.processes.apply_external(deposit.id, fact, cause="test")

    paused = await ada.deposit()
    assert paused.stage is DepositStage.MANUAL_REVIEW
    assert "the ledger refused" in (paused.reason or "")
    with pytest.raises(InsufficientFunds):
        await world.app.processes.apply(deposit.id, fact)
