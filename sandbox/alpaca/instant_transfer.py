"""Money that a customer may use before it has arrived (alpaca.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction

import attrs

from domain.money import USD, Money, Rounding
from sandbox.alpaca import sessions
from sandbox.alpaca.account import Account
from sandbox.alpaca.amounts import trimmed

CUTOFF = time(20, 0)
DUE = time(13, 0)
DAYS_A_YEAR = 360
OUTSTANDING = frozenset({"PENDING", "EXECUTED"})


@attrs.define(kw_only=True)
class InstantTransfer:
    """A credit to ``target`` that ``source`` must settle until 13:00 on the day of ``deadline``."""

    id: str
    target: Account
    source: Account
    amount: Money
    system_date: date
    deadline: date
    created_at: str
    status: str = "PENDING"
    interest: Money = Money.zero(USD)

    @property
    def payable(self) -> Money:
        return Money.zero(USD) if self.status == "COMPLETED" else self.amount + self.interest

    def interest_at(self, now: datetime, *, rate: Fraction) -> Money:
        """The cost of lateness: a day's interest for each day begun after the deadline."""
        late = now - datetime.combine(self.deadline, DUE, sessions.NEW_YORK)
        days = max(-(-late // timedelta(days=1)), 0)
        exact = self.amount.minor * rate * days / DAYS_A_YEAR
        return Money(Rounding.UP.apply(exact), USD)

    def view(self) -> dict[str, object]:
        interest = trimmed(self.interest)
        return {
            "id": self.id,
            "account_no": self.target.number,
            "source_account_no": self.source.number,
            "amount": self.amount.decimal,
            "remaining_payable": self.payable.decimal,
            "total_interest": interest,
            "status": self.status,
            "system_date": self.system_date.isoformat(),
            "deadline": self.deadline.isoformat(),
            "fees": [],
            "interests": [{"amount": interest, "status": self.status}] if self.interest else [],
            "created_at": self.created_at,
        }


def system_date(now: datetime) -> date:
    """The day that a request counts for: the next session after 20:00 in New York."""
    local = now.astimezone(sessions.NEW_YORK)
    day = local.date() + timedelta(days=local.time() >= CUTOFF)
    return sessions.session_from(day)


@attrs.define(kw_only=True)
class Settlement:
    """One payment for many instant transfers of one source."""

    id: str
    source: Account
    transfers: Sequence[InstantTransfer]
    created_at: str
    updated_at: str
    status: str = "PENDING"
    completed_at: str | None = None
    reason: str | None = None

    @property
    def total(self) -> Money:
        return sum((each.amount for each in self.transfers), start=Money.zero(USD))

    @property
    def interest(self) -> Money:
        return sum((each.interest for each in self.transfers), start=Money.zero(USD))

    def view(self) -> dict[str, object]:
        optional = {"completed_at": self.completed_at, "reason": self.reason}
        return {
            "id": self.id,
            "status": self.status,
            "total_amount": self.total.decimal,
            "interest_amount": self.interest.decimal,
            "source_account_number": self.source.number,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            **{name: value for name, value in optional.items() if value is not None},
        }
