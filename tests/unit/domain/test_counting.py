from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.limits import Activity, LimitConsumption
from domain.money import USD, Money
from domain.processes.decision import Process
from domain.processes.limit_usage import change, count
from domain.trading.order import Order, OrderStage
from tests.support import builders as a
from tests.support.builders import AT

LATER = AT + timedelta(days=40)
HUNDRED = LimitConsumption(amount=a.dollars("100.00"), at=AT)


def amount(before: Process | None, after: Process) -> str | None:
    """What the step changes, by the decimal; it is always about the period that was counted in."""
    found = change(before, after)
    assert found is None or found.at == AT
    return found.amount.decimal if found else None


def test_a_withdrawal_counts_from_its_request_until_it_has_come_back() -> None:
    requested = a.withdrawal(counted=HUNDRED)
    assert amount(None, requested) == "100.00"
    paid = count(attrs.evolve(requested, stage=WithdrawalStage.COMPLETED), at=LATER)
    assert amount(requested, paid) is None
    for stage in (WithdrawalStage.FAILED, WithdrawalStage.COMPENSATED):
        back = count(attrs.evolve(requested, stage=stage), at=LATER)
        assert amount(requested, back) == "-100.00"
        assert amount(back, count(back, at=LATER)) is None


def test_on_its_way_back_a_withdrawal_still_counts() -> None:
    requested = a.withdrawal(counted=HUNDRED)
    returning = count(attrs.evolve(requested, stage=WithdrawalStage.COMPENSATING), at=LATER)
    assert amount(requested, returning) is None


def test_a_deposit_counts_once_at_par_when_its_conversion_is_ordered() -> None:
    detected = a.deposit(amount=a.usdc("250.009999"), stage=DepositStage.DETECTED)
    assert count(detected, at=AT) == detected
    confirmed = count(attrs.evolve(detected, stage=DepositStage.CONFIRMED), at=AT)
    found = change(detected, confirmed)
    assert found is not None
    assert (found.activity, found.amount) == (Activity.DEPOSIT, a.dollars("250.00"))
    assert count(confirmed, at=LATER) == confirmed


def test_an_order_that_ended_counts_what_it_traded() -> None:
    placed = a.order(counted=HUNDRED)
    part = attrs.evolve(placed, cost=a.dollars("30.00"), stage=OrderStage.PARTIALLY_FILLED)
    assert amount(placed, count(part, at=LATER)) is None
    canceled = count(attrs.evolve(part, stage=OrderStage.CANCELED), at=LATER)
    assert amount(part, canceled) == "-70.00"
    assert isinstance(canceled, Order)
    filled_late = count(attrs.evolve(canceled, cost=a.dollars("45.00")), at=LATER)
    assert amount(canceled, filled_late) == "15.00"


@pytest.mark.parametrize(
    "stored",
    [
        a.withdrawal(stage=WithdrawalStage.FAILED),
        a.order(stage=OrderStage.CANCELED),
        a.deposit(stage=DepositStage.BROKER_FUNDED),
    ],
    ids=["withdrawal", "order", "deposit"],
)
def test_what_was_stored_before_there_were_limits_gives_nothing_back(stored: Process) -> None:
    assert count(stored, at=AT) == stored
    assert change(stored, stored) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(OrderStage),
            st.integers(min_value=0, max_value=50_000).map(lambda minor: Money(minor, USD)),
        ),
        max_size=8,
    )
)
def test_whatever_happens_to_an_order_what_was_used_is_what_it_counts(
    story: list[tuple[OrderStage, Money]],
) -> None:
    order = a.order(counted=HUNDRED)
    used = a.dollars("100.00")
    for stage, cost in story:
        after = count(attrs.evolve(order, stage=stage, cost=cost), at=LATER)
        assert isinstance(after, Order)
        step = change(order, after)
        used += step.amount if step else Money.zero(USD)
        order = after
    assert order.counted is not None
    assert used == order.counted.amount
    assert used.minor >= 0
