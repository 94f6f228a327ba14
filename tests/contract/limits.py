"""What is used of a limit is counted with the unit that uses it, exactly, whoever else counts."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import DomainError
from domain.ids import InvestorId
from domain.limits import Activity, LimitDelta, LimitExceeded
from ports.errors import StoreRefused
from ports.processes import UnitOfWork
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import ADA, AT, EVE

DAY, MONTH = "2026-01-05", "2026-01"
WITHDRAWERS = 50


def usage(
    text: str,
    *,
    allowed: str | None = "1000.00",
    owner: InvestorId = ADA,
    activity: Activity = Activity.WITHDRAWAL,
    period: str = DAY,
) -> LimitDelta:
    return LimitDelta(
        investor_id=owner,
        activity=activity,
        period=period,
        amount=a.dollars(text),
        allowed=None if allowed is None else a.dollars(allowed),
    )


async def use(store: Store, *changes: LimitDelta) -> None:
    await store.processes.commit(UnitOfWork(at=AT, usage=changes))


async def attempt(store: Store, unit: UnitOfWork) -> DomainError | None:
    try:
        await store.processes.commit(unit)
    except DomainError as refusal:
        return refusal
    return None


async def used(store: Store, period: str = DAY) -> str | None:
    found = await store.limits.used(ADA, periods=[period])
    amount = found.get((Activity.WITHDRAWAL, period))
    return amount.decimal if amount else None


class LimitUsageContract:
    """Subclasses provide the fixture ``store``."""

    async def test_what_nobody_used_is_not_there(self, store: Store) -> None:
        assert await store.limits.used(ADA, periods=[DAY, MONTH]) == {}

    async def test_the_last_cent_may_be_used_and_no_more(self, store: Store) -> None:
        await use(store, usage("999.99"))
        await use(store, usage("0.01"))
        with pytest.raises(LimitExceeded):
            await use(store, usage("0.01"))
        assert await used(store) == "1000.00"

    async def test_more_than_all_of_it_is_refused_at_once(self, store: Store) -> None:
        with pytest.raises(LimitExceeded):
            await use(store, usage("1000.01"))
        assert await used(store) is None

    async def test_every_limit_is_kept_apart(self, store: Store) -> None:
        await use(
            store,
            usage("1.00"),
            usage("2.00", period=MONTH),
            usage("3.00", activity=Activity.TRADE),
            usage("4.00", owner=EVE),
        )
        assert await store.limits.used(ADA, periods=[DAY, MONTH]) == {
            (Activity.WITHDRAWAL, DAY): a.dollars("1.00"),
            (Activity.WITHDRAWAL, MONTH): a.dollars("2.00"),
            (Activity.TRADE, DAY): a.dollars("3.00"),
        }
        assert await store.limits.used(EVE, periods=[MONTH]) == {}

    async def test_a_unit_over_a_limit_leaves_nothing(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "10.00"), at=AT)
        spending = a.opening(a.deposit(), entries=(a.spending(ADA, "5.00", key="spent"),))
        over = (usage("5.00", period=MONTH), usage("5.00", allowed="4.99"))
        assert type(await attempt(store, a.unit(spending, usage=over))) is LimitExceeded
        assert await store.processes.get(a.process_id(1)) is None
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("10.00")
        assert await used(store, MONTH) is None

    async def test_a_unit_that_is_refused_otherwise_counts_nothing(self, store: Store) -> None:
        spending = a.opening(a.deposit(), entries=(a.spending(ADA, "5.00", key="spent"),))
        assert await attempt(store, a.unit(spending, usage=(usage("5.00"),))) is not None
        assert await used(store) is None

    async def test_what_one_unit_uses_counts_together(self, store: Store) -> None:
        with pytest.raises(LimitExceeded):
            await use(store, usage("600.00"), usage("600.00"))
        await use(store, usage("600.00"), usage("400.00"))
        assert await used(store) == "1000.00"

    async def test_what_is_given_back_can_be_used_again(self, store: Store) -> None:
        await use(store, usage("1000.00"))
        await use(store, usage("-400.00", allowed=None))
        assert await used(store) == "600.00"
        with pytest.raises(LimitExceeded):
            await use(store, usage("400.01"))
        await use(store, usage("400.00"))

    async def test_giving_back_is_not_refused_when_the_limit_is_lower_now(
        self, store: Store
    ) -> None:
        await use(store, usage("1000.00"))
        with pytest.raises(LimitExceeded):
            await use(store, usage("0.01", allowed="100.00"))
        await use(store, usage("-10.00", allowed=None))
        assert await used(store) == "990.00"
        with pytest.raises(LimitExceeded):
            await use(store, usage("0.01", allowed="100.00"))

    async def test_what_has_happened_counts_over_the_limit(self, store: Store) -> None:
        await use(store, usage("1000.00"))
        await use(store, usage("1.00", allowed=None))
        assert await used(store) == "1001.00"
        with pytest.raises(LimitExceeded):
            await use(store, usage("0.01"))

    async def test_no_more_is_given_back_than_was_used(self, store: Store) -> None:
        await use(store, usage("1.00"))
        with pytest.raises(StoreRefused):
            await use(store, usage("-1.01", allowed=None))
        with pytest.raises(StoreRefused):
            await use(store, usage("-0.01", allowed=None, period=MONTH))
        assert await used(store) == "1.00"

    async def test_of_fifty_at_once_exactly_as_many_get_through_as_may(self, store: Store) -> None:
        both = (
            usage("100.00", allowed="700.00"),
            usage("100.00", allowed="9000.00", period=MONTH),
        )
        units = [a.unit(a.opening(a.withdrawal(n)), usage=both) for n in range(WITHDRAWERS)]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert outcomes.count(None) == 7
        assert {type(outcome) for outcome in outcomes} == {type(None), LimitExceeded}
        assert (await used(store), await used(store, MONTH)) == ("700.00", "700.00")

    async def test_counting_and_giving_back_at_once_loses_nothing(self, store: Store) -> None:
        await use(store, usage("500.00"))
        changes = [usage("7.00", allowed=None), usage("-3.00", allowed=None)]
        await asyncio.gather(*(use(store, changes[n % 2]) for n in range(40)))
        assert await used(store) == "580.00"
