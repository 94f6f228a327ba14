"""
What a process counts against its investor's limits.

A record remembers what it counts, and when that began. After every step it is seen whether it still counts
that much; the difference is what the step uses, or gives back. Nothing else changes what is used.
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
    """What a step uses (or, negative, gives back), in the periods of ``at``."""

    investor_id: InvestorId
    activity: Activity
    amount: Money
    at: datetime


def count(record: Process, *, at: datetime) -> Process:
    """
    The record as it counts after a step taken ``at``.

    A deposit begins to count when its conversion is ordered. One that the off-ramp sent back, a withdrawal
    that came back, and what an order did not trade, count no more; whatever an order traded does, even if
    that is more than was expected.
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
    """What the step from ``before`` (``None``: the first) to ``after`` uses or gives back, if anything."""
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
    """USDC as the dollars it stands for; less than a cent counts nothing."""
    return _PAR.convert(usdc, rounding=Rounding.DOWN)


def _counted(record: Process) -> LimitConsumption | None:
    return record.counted if isinstance(record, Deposit | Withdrawal | Order) else None
