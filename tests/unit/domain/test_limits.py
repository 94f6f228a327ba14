from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.limits import Activity, Cap, Headroom, Period, Tier
from tests.support import builders as a
from tests.support.world import LIMITS

MOMENT = timedelta(microseconds=1)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(MOMENTS, st.sampled_from(Period))
def test_a_period_lasts_until_it_resets_and_not_a_moment_longer(
    at: datetime, period: Period
) -> None:
    end = period.resets_at(at)
    assert at < end
    assert period.key(end - MOMENT) == period.key(at)
    assert period.key(end) != period.key(at)


@given(MOMENTS, st.sampled_from(Period))
def test_a_reset_is_midnight_and_another_moment_of_the_period_has_the_same(
    at: datetime, period: Period
) -> None:
    end = period.resets_at(at)
    assert (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)
    assert period is Period.DAY or end.day == 1
    assert period.resets_at(end - MOMENT) == end


def test_days_and_months_are_those_of_utc() -> None:
    at = datetime(2026, 11, 30, 23, 30, tzinfo=timezone(-timedelta(hours=5)))
    assert [period.key(at) for period in Period] == ["2026-12-01", "2026-12"]
    assert Period.MONTH.resets_at(at) == datetime(2027, 1, 1, tzinfo=UTC)


def test_of_a_limit_never_less_than_nothing_remains() -> None:
    headroom = Headroom(
        activity=Activity.TRADE,
        period=Period.DAY,
        limit=a.dollars("10.00"),
        used=a.dollars("10.01"),
        resets_at=a.AT,
    )
    assert headroom.remaining == a.dollars("0.00")
    assert str(headroom) == "0.00 USD of the trade limit of 10.00 USD per day remain"


def test_an_investor_stands_somewhere_with_every_limit() -> None:
    used = {
        (Activity.TRADE, "2026-01-05"): a.dollars("1.00"),
        (Activity.TRADE, "2026-01"): a.dollars("3.00"),
        (Activity.TRADE, "2025-12"): a.dollars("5.00"),
    }
    headrooms = list(LIMITS.headrooms(Tier.PLUS, used, at=a.AT))
    assert len({(headroom.activity, headroom.period) for headroom in headrooms}) == 6
    assert [headroom.used.decimal for headroom in headrooms if headroom.used] == ["1.00", "3.00"]
    assert headrooms[-1].limit == LIMITS.plus.trade.month


@pytest.mark.parametrize(
    ("day", "month"),
    [("-1.00", "1.00"), ("2.00", "1.99")],
    ids=["less than nothing", "a day more than a month"],
)
def test_limits_that_make_no_sense_are_refused(day: str, month: str) -> None:
    with pytest.raises(ValueError, match=r"below the daily limit|amount of dollars"):
        Cap(day=a.dollars(day), month=a.dollars(month))


def test_limits_are_dollars() -> None:
    with pytest.raises(ValueError, match="dollars"):
        Cap(day=a.usdc("1"), month=a.usdc("1"))
