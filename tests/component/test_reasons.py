"""Staff read what a provider said; an investor reads a sentence of ours."""

from __future__ import annotations

import pytest

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.ids import ProcessId
from domain.trading.order import OrderStage
from entrypoints.http.views.reasons import AGAIN, reason_for_investor
from tests.component.investor import Investor
from tests.support.world import World

SAID = "HTTP 403 code 40310000: account 8f8c0c1e is flagged by desk 7"
ORDER = {"symbol": "VTI", "side": "buy", "type": "market", "notional": "20.00"}


async def test_a_refused_order_says_so_in_our_words_and_staff_know_why(
    ada: Investor, world: World
) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", ORDER)
    world.exchange.faults.refuse(SAID)
    await world.run_jobs()
    shown = await ada.get(f"/v1/orders/{order['id']}")
    trail = await ada.get(f"/v1/trails/{order['id']}")
    assert shown["stage"] == "rejected"
    assert shown["reason"].startswith("The broker rejected the order")
    assert SAID not in f"{shown} {trail}"
    _, lines = await world.app.trails.trail(ProcessId(order["id"]), investor_id=None)
    assert SAID in str(lines)


async def test_an_effect_that_failed_does_not_show_how(ada: Investor, world: World) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", ORDER)
    world.exchange.faults.be_unavailable()
    await world.run_jobs()
    trail = await ada.get(f"/v1/trails/{order['id']}")
    assert "ProviderUnavailable" not in str(trail)
    _, lines = await world.app.trails.trail(ProcessId(order["id"]), investor_id=None)
    assert "ProviderUnavailable" in str(lines)


@pytest.mark.parametrize("stage", [*DepositStage, *WithdrawalStage, *OrderStage])
def test_no_stage_passes_on_what_was_said(
    stage: DepositStage | WithdrawalStage | OrderStage,
) -> None:
    told = reason_for_investor(stage, SAID)
    assert told is None or SAID not in told


def test_what_went_on_in_the_end_has_no_reason_any_more() -> None:
    assert reason_for_investor(DepositStage.CONFIRMED, SAID) == AGAIN
    assert reason_for_investor(DepositStage.CONFIRMED, None) is None
    assert reason_for_investor(DepositStage.BROKER_FUNDED, SAID) is None
