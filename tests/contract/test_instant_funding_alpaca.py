"""Buying power that the broker lends, and the payment for it, against the broker of the sandbox."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import ProcessId, Reference, reference
from domain.money import USD, Money
from domain.processes.facts.funding import JournalExecuted, JournalRejected
from ports.brokerage import JournalFact
from ports.errors import ProviderOutcomeUnknown
from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.contract.alpaca_broker import AlpacaRig, open_alpaca
from tests.contract.brokerage_rig import AMOUNT, DEPOSIT, FIRM_CASH, open_approved
from tests.contract.rigs import eventually

NOTHING = Money.zero(USD)
OLD = reference(DEPOSIT, "funding")
"""Of a process that began long ago."""


def young() -> Reference:
    """A reference of a process that begins now."""
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)  # noqa: TID251 - the identity's own time
    number = (milliseconds << 80) | (7 << 76) | (2 << 62) | 5
    return reference(ProcessId(str(uuid.UUID(int=number))), "funding")


@pytest.fixture
async def rig() -> AsyncIterator[AlpacaRig]:
    async with open_alpaca() as rig:
        rig.lends = True
        rig.account_id = await open_approved(rig)
        yield rig


async def fund(
    rig: AlpacaRig, ref: Reference, *, amount: Money = AMOUNT, attempt: int = 1
) -> JournalFact:
    return await rig.brokerage.journal(
        ref, account_id=rig.account_id, amount=amount, to_investor=True, attempt=attempt
    )


async def usable(rig: AlpacaRig, fact: JournalFact) -> JournalExecuted:
    assert not isinstance(fact, JournalRejected)
    return await eventually(
        rig,
        lambda: rig.brokerage.find_journal(fact.reference, provider_id=fact.provider_id),
        JournalExecuted,
    )


async def buying_power(rig: AlpacaRig) -> Money:
    path = f"/v1/trading/accounts/{rig.account_id}/account"
    return Money.of((await rig.alpaca.get(path))["buying_power"], USD)


async def cash(rig: AlpacaRig, account_id: str | None = None) -> Money:
    return (await rig.brokerage.holdings(account_id))["USD/2"]


async def lent(rig: AlpacaRig, status: str) -> int:
    return len(await rig.alpaca.get("/v1/instant_funding", status=status))


async def test_the_investor_buys_at_once_and_the_firm_pays_later(rig: AlpacaRig) -> None:
    ref = young()
    fact = await usable(rig, await fund(rig, ref))
    assert fact.reference == ref
    assert await buying_power(rig) == AMOUNT
    assert (await cash(rig), await cash(rig, rig.account_id)) == (FIRM_CASH, NOTHING)
    assert await rig.brokerage.settle_advances() == AMOUNT
    await rig.alpaca.until_cash(rig.account_id, AMOUNT)
    assert (await cash(rig), await buying_power(rig)) == (FIRM_CASH - AMOUNT, AMOUNT)
    assert await rig.brokerage.settle_advances() == NOTHING
    assert await usable(rig, fact) == fact


async def test_no_dollar_of_the_firm_is_needed_before_it_is_due() -> None:
    async with open_alpaca(firm_cash=Money.of("1.00", USD)) as rig:
        rig.lends = True
        rig.account_id = await open_approved(rig)
        await usable(rig, await fund(rig, young()))
        assert await buying_power(rig) == AMOUNT
        assert await rig.brokerage.settle_advances() == AMOUNT
        (settlement,) = (await rig.alpaca.get("/v1/instant_funding/settlements"))["settlements"]
        path = f"/v1/instant_funding/settlements/{settlement['id']}"
        await rig.alpaca.until(path, "status", "AWAITING_ADDITIONAL_FUNDS")
        assert await rig.brokerage.settle_advances() == NOTHING
        await rig.alpaca.fund_firm("500.00")
        rig.alpaca.world.clock.advance(60)
        await rig.alpaca.until(path, "status", "COMPLETED")
        assert await cash(rig, rig.account_id) == AMOUNT
        assert await cash(rig) == Money.of("501.00", USD) - AMOUNT


async def test_the_same_reference_is_lent_for_once(rig: AlpacaRig) -> None:
    ref = young()
    facts = [await fund(rig, ref, attempt=attempt) for attempt in (1, 2, 3)]
    assert len({fact.provider_id for fact in facts if not isinstance(fact, JournalRejected)}) == 1
    await usable(rig, facts[0])
    assert await buying_power(rig) == AMOUNT


async def test_a_lost_answer_is_repeated_under_its_key(rig: AlpacaRig) -> None:
    ref = young()
    rig.lose_answer()
    with pytest.raises(ProviderOutcomeUnknown):
        await fund(rig, ref)
    await usable(rig, await fund(rig, ref, attempt=2))
    assert await buying_power(rig) == AMOUNT


async def test_after_the_time_of_a_key_what_may_be_the_lost_one_goes_to_a_person(
    rig: AlpacaRig,
) -> None:
    rig.lose_answer()
    with pytest.raises(ProviderOutcomeUnknown):
        await fund(rig, OLD)
    with pytest.raises(ProviderOutcomeUnknown, match="whose answer was lost"):
        await fund(rig, OLD, attempt=2)
    assert await rig.alpaca.get("/v1/instant_funding", limit="100")
    other = Money.of("10.00", USD)
    await usable(rig, await fund(rig, reference(DEPOSIT, "funding", 2), amount=other, attempt=2))
    assert await buying_power(rig) == AMOUNT + other


async def test_beyond_the_limit_it_is_journalled() -> None:
    broker = AlpacaSandboxSettings(instant_limit_per_account=Money.of("300.00", USD))
    async with open_alpaca(broker=broker) as rig:
        rig.lends = True
        rig.account_id = await open_approved(rig)
        await usable(rig, await fund(rig, young()))
        second = reference(DEPOSIT, "funding", 2)
        fact = await usable(rig, await fund(rig, second))
        assert await cash(rig, rig.account_id) == AMOUNT
        assert await buying_power(rig) == AMOUNT + AMOUNT
        assert await rig.brokerage.find_journal(second, provider_id=None) == fact
        assert await fund(rig, second, attempt=2) == fact


async def test_what_was_lent_is_paid_for_under_the_other_strategy_too(rig: AlpacaRig) -> None:
    fact = await usable(rig, await fund(rig, young()))
    rig.lends = False
    assert await usable(rig, fact) == fact
    assert await rig.brokerage.settle_advances() == AMOUNT
    await rig.alpaca.until_cash(rig.account_id, AMOUNT)


async def test_several_are_paid_for_together_and_on_time(rig: AlpacaRig) -> None:
    for number in range(3):
        ref = reference(DEPOSIT, "funding", 10 + number)
        await usable(rig, await fund(rig, ref, amount=Money.of("100.00", USD)))
    rig.alpaca.world.clock.advance(timedelta(minutes=5).total_seconds())
    assert await rig.brokerage.settle_advances() == Money.of("300.00", USD)
    await rig.alpaca.until_cash(rig.account_id, Money.of("300.00", USD))
    assert await lent(rig, "COMPLETED") == 3
    assert await cash(rig) == FIRM_CASH - Money.of("300.00", USD)
