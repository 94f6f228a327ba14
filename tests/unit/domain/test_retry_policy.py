from __future__ import annotations

import pytest

from domain.ids import reference
from domain.processes.instructions import LookUp, LookupKind, WatchDeadline
from domain.processes.retry_policy import RetryPolicy
from tests.support import builders as a

REF = reference(a.process_id(1), "payment")


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(1, 0), (2, 2), (3, 4), (4, 8), (7, 64), (8, 128), (12, 1800), (99, 1800)],
)
def test_a_first_attempt_is_made_at_once_and_each_later_one_waits_twice_as_long(
    attempt: int, seconds: float
) -> None:
    journal = a.journal_order(f"{a.process_id(1)}:funding:{attempt}")
    assert RetryPolicy().before(journal) == seconds


@pytest.mark.parametrize(("tries", "seconds"), [(1, 2), (2, 4), (6, 64), (7, 120), (10**6, 120)])
def test_a_try_that_came_to_nothing_is_made_again_within_two_minutes(
    tries: int, seconds: float
) -> None:
    assert RetryPolicy().before_retry(tries) == seconds


@pytest.mark.parametrize(("tries", "seconds"), [(0, 10), (1, 20), (4, 160), (5, 300), (10**6, 300)])
def test_an_inquiry_waits_for_news_and_then_twice_as_long_up_to_five_minutes(
    tries: int, seconds: float
) -> None:
    assert RetryPolicy().before(LookUp.into(LookupKind.PAYMENT, REF)) == 10
    assert RetryPolicy().before_lookup(tries) == seconds


def test_a_deadline_is_looked_at_when_it_is_over() -> None:
    watch = WatchDeadline(reference=REF, stage="expected", after_s=90)
    assert RetryPolicy().before(watch) == 90


def test_an_effect_is_tried_for_more_than_six_hours() -> None:
    retries = RetryPolicy()
    assert retries.attempts_max == retries.lookups_max == 200
    assert sum(map(retries.before_retry, range(1, retries.attempts_max))) > 6 * 3600
