from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.clock import START
from adapters.resilience.breaker import Breaker, Position, Ticket
from adapters.resilience.policy import BreakerPolicy

POLICY = BreakerPolicy(window_s=60, calls_min=4, calls_max=20, error_rate_max=0.5, open_s=30)
NOW = START
LATER = NOW + timedelta(seconds=POLICY.open_s)


def admitted(breaker: Breaker, at: datetime = NOW) -> Ticket:
    ticket = breaker.admit(now=at)
    assert ticket is not None
    return ticket


def opened() -> Breaker:
    breaker = Breaker(policy=POLICY)
    for _ in range(POLICY.calls_min):
        breaker.failed(admitted(breaker), now=NOW)
    assert breaker.position(now=NOW) is Position.OPEN
    return breaker


def test_few_failures_say_nothing() -> None:
    breaker = Breaker(policy=POLICY)
    for _ in range(POLICY.calls_min - 1):
        breaker.failed(admitted(breaker), now=NOW)
    assert breaker.position(now=NOW) is Position.CLOSED


def test_it_opens_at_the_error_rate() -> None:
    breaker = Breaker(policy=POLICY)
    for _ in range(4):
        breaker.succeeded(admitted(breaker), now=NOW)
    for _ in range(3):
        breaker.failed(admitted(breaker), now=NOW)
    assert breaker.position(now=NOW) is Position.CLOSED
    breaker.failed(admitted(breaker), now=NOW)
    assert breaker.position(now=NOW) is Position.OPEN
    assert breaker.admit(now=NOW) is None


def test_old_failures_are_forgotten() -> None:
    breaker = Breaker(policy=POLICY)
    for _ in range(3):
        breaker.failed(admitted(breaker), now=NOW)
    after = NOW + timedelta(seconds=POLICY.window_s + 1)
    breaker.failed(admitted(breaker, after), now=after)
    assert breaker.position(now=after) is Position.CLOSED


def test_bad_requests_never_open_it() -> None:
    breaker = Breaker(policy=POLICY)
    for _ in range(100):
        breaker.refused(admitted(breaker))
    assert breaker.position(now=NOW) is Position.CLOSED


def test_bad_requests_do_not_hide_failures() -> None:
    breaker = Breaker(policy=POLICY)
    for _ in range(100):
        breaker.refused(admitted(breaker))
    for _ in range(POLICY.calls_min):
        breaker.failed(admitted(breaker), now=NOW)
    assert breaker.position(now=NOW) is Position.OPEN


def test_half_open_lets_exactly_one_probe_through() -> None:
    breaker = opened()
    assert breaker.position(now=LATER) is Position.HALF_OPEN
    assert [breaker.admit(now=LATER) is not None for _ in range(5)] == [True, *[False] * 4]


def test_an_answered_probe_closes_it() -> None:
    breaker = opened()
    breaker.succeeded(admitted(breaker, LATER), now=LATER)
    assert breaker.position(now=LATER) is Position.CLOSED


def test_a_refused_probe_closes_it_too() -> None:
    breaker = opened()
    breaker.refused(admitted(breaker, LATER))
    assert breaker.position(now=LATER) is Position.CLOSED


def test_a_failed_probe_opens_it_for_another_pause() -> None:
    breaker = opened()
    breaker.failed(admitted(breaker, LATER), now=LATER)
    assert breaker.position(now=LATER) is Position.OPEN
    assert breaker.position(now=LATER + timedelta(seconds=POLICY.open_s)) is Position.HALF_OPEN


def test_an_abandoned_probe_leaves_room_for_another() -> None:
    breaker = opened()
    breaker.abandoned(admitted(breaker, LATER))
    assert breaker.admit(now=LATER) is not None


def test_a_call_from_before_it_opened_has_no_say() -> None:
    breaker = Breaker(policy=POLICY)
    late = admitted(breaker)
    for _ in range(POLICY.calls_min):
        breaker.failed(admitted(breaker), now=NOW)
    probe = admitted(breaker, LATER)
    breaker.succeeded(late, now=LATER)
    breaker.abandoned(late)
    assert breaker.admit(now=LATER) is None
    breaker.failed(probe, now=LATER)
    assert breaker.position(now=LATER) is Position.OPEN


@given(st.lists(st.tuples(st.sampled_from(["succeeded", "failed"]), st.integers(0, 90))))
def test_it_refuses_only_when_open_and_remembers_a_bounded_number(
    calls: list[tuple[str, int]],
) -> None:
    breaker, now = Breaker(policy=POLICY), NOW
    for verb, pause_s in calls:
        now += timedelta(seconds=pause_s)
        ticket = breaker.admit(now=now)
        assert (ticket is None) == (breaker.position(now=now) is Position.OPEN)
        if ticket is not None:
            getattr(breaker, verb)(ticket, now=now)
        assert len(breaker._calls) <= POLICY.calls_max
        assert breaker._failures == sum(failed for _, failed in breaker._calls)
