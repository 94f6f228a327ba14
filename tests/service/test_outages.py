"""What certainly was not done, and what nothing refused, uses up no attempt that is there for refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.processes.funding.attempt_limits import ATTEMPTS_MAX, LAPSES_MAX
from domain.processes.instructions import OpenConversion
from ports.errors import FundsMissing, ProviderError, ProviderUnavailable
from tests.service.stories import Investor, funded, onboarded, require_honest_books
from tests.support.world import World

HOUR_S = 3600


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


def failing(error: ProviderError) -> Callable[..., Any]:
    async def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.situation(
    "the custodian takes no transfers for an hour, while offers lapse every five minutes",
    must="the deposit becomes buying power by itself",
)
async def test_an_hours_outage_of_the_custodian_needs_no_person(
    world: World, ada: Investor, monkeypatch: pytest.MonkeyPatch, was: Callable[[str], None]
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(world.custodian, "send", failing(ProviderUnavailable(provider="memory")))
        await ada.receive("40")
        await world.let_pass(HOUR_S, step_s=30)
        waiting = await ada.deposit()
        assert waiting.lapses >= ATTEMPTS_MAX
        assert waiting.stage in {DepositStage.CONFIRMED, DepositStage.OFFRAMP_REQUESTED}
    await world.let_pass(HOUR_S, step_s=30)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)
    was(f"{waiting.lapses} offers lapsed, then funded")


async def test_an_outage_without_an_end_is_told_after_hours(
    world: World, ada: Investor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.custodian, "send", failing(ProviderUnavailable(provider="memory")))
    await ada.receive("40")
    await world.let_pass(6 * HOUR_S, step_s=60)
    assert (await ada.deposit()).stage is not DepositStage.MANUAL_REVIEW
    await world.let_pass(8 * HOUR_S, step_s=60)
    stuck = await ada.deposit()
    assert (stuck.stage, stuck.lapses) == (DepositStage.MANUAL_REVIEW, LAPSES_MAX)


@pytest.mark.situation(
    "the off-ramp's dollars reach the firm's account a day after it said so",
    must="the funding waits for them, and no person is asked",
)
async def test_the_funding_waits_for_the_firms_dollars(
    world: World, ada: Investor, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = FundsMissing("amount is not available in the from_account", provider="memory")
    with monkeypatch.context() as before_ach:
        before_ach.setattr(world.brokerage, "journal", failing(missing))
        await ada.receive("40")
        await world.let_pass(24 * HOUR_S, step_s=300)
        assert (await ada.deposit()).stage is DepositStage.OFFRAMP_SETTLED
    await world.let_pass(HOUR_S, step_s=300)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)


@pytest.mark.situation(
    "the firm's dollars, or the treasury's USDC, are not there yet when a withdrawal needs them",
    must="it waits for them, and no person is asked",
)
@pytest.mark.parametrize(
    ("effect", "waits_in", "ends"),
    [
        ("journal", WithdrawalStage.COMPENSATING, WithdrawalStage.COMPENSATED),
        ("send", WithdrawalStage.ONRAMP_SETTLED, WithdrawalStage.COMPLETED),
    ],
)
async def test_a_withdrawal_waits_for_the_firms_money(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    effect: str,
    waits_in: WithdrawalStage,
    ends: WithdrawalStage,
) -> None:
    bob = await funded(world)
    await bob.withdraw("100.00")
    if effect == "journal":
        opening = await world.run_jobs_before(OpenConversion)
        world.offramp.faults.refuse("not today")
        await world.app.jobs.run(opening)
    with monkeypatch.context() as before:
        missing = FundsMissing("not available", provider="memory")
        before.setattr(
            world.brokerage if effect == "journal" else world.custodian, effect, failing(missing)
        )
        await world.let_pass(10 * HOUR_S, step_s=300)
        assert (await bob.withdrawal()).stage is waits_in
    await world.let_pass(HOUR_S, step_s=300)
    assert (await bob.withdrawal()).stage is ends
    await require_honest_books(world, bob)
