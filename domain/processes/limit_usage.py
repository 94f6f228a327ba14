"""
The use of an investor's limits by a process.

A record stores the amount that it counts, and since when. After every step that amount is computed again;
the difference is what the step uses or gives back. Nothing else changes the use.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from domain.funding.deposit import Deposit, DepositStage
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import InvestorId
from domain.limits import Activity, LimitConsumption
from domain.money import USD, USDC, Money, Rate, Rounding
from domain.processes.decision import Process
from domain.trading.order import Order

_ACTIVITIES: dict[type[Process], Activity] = {
    Deposit: Activity.DEPOSIT,
    Withdrawal: Activity.WITHDRAWAL,
    Order: Activity.TRADE,
}
_PAR = Rate.of("1", USDC, USD)


@attrs.frozen(kw_only=True)
class Change:
    """The amount that a step uses (negative: gives back), in the periods of ``at``."""

    investor_id: InvestorId
    activity: Activity
    amount: Money
    at: datetime


def count(record: Process, *, at: datetime) -> Process:
    """
    The record with the amount that it counts after a step taken ``at``.

    A deposit counts from when its conversion is requested. A deposit that the off-ramp sent back, a
    compensated withdrawal, and the untraded part of an ended order count no more. All that an order traded
    counts, even if it is more than expected.
    """
    match record:
        case Deposit(stage=DepositStage.CONFIRMED, counted=None):
            counted = LimitConsumption(amount=at_par(record.convertible), at=at)
        case (
            Deposit(stage=DepositStage.FAILED, counted=LimitConsumption(at=since))
            | Withdrawal(
                stage=WithdrawalStage.FAILED | WithdrawalStage.COMPENSATED,
                counted=LimitConsumption(at=since),
            )
        ):
            counted = LimitConsumption(amount=Money.zero(USD), at=since)
        case Order(counted=LimitConsumption(at=since)) if record.stage.is_final:
            counted = LimitConsumption(amount=record.cost, at=since)
        case _:
            return record
    return attrs.evolve(record, counted=counted)


def change(before: Process | None, after: Process) -> Change | None:
    """The change by the step from ``before`` (``None``: the first step) to ``after``, if any."""
    counted = _counted(after)
    had = _counted(before) if before else None
    if counted is None:
        return None
    more = counted.amount - had.amount if had else counted.amount
    if not more:
        return None
    return Change(
        investor_id=after.investor_id,
        activity=_ACTIVITIES[type(after)],
        amount=more,
        at=counted.at,
    )


def at_par(usdc: Money) -> Money:
    """USDC as dollars at par, rounded down to cents."""
    return _PAR.convert(usdc, rounding=Rounding.DOWN)


def _counted(record: Process) -> LimitConsumption | None:
    return record.counted if isinstance(record, Deposit | Withdrawal | Order) else None
