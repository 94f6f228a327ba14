from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.http.message import Request, Response
from adapters.http.retrying import Retrying
from adapters.memory.clock import START, ManualClock
from adapters.memory.ids import SequentialIds
from adapters.resilience.policy import EXTERNAL_API, RATE_LIMIT, TIMEOUT, Backoff, CallPolicy
from ports.errors import ProviderError, ProviderOutcomeUnknown, ProviderUnavailable
from tests.support.transports import Answer, Scripted, throttled

OK = Response(status=200, headers={}, body=b"")
AWAY = ProviderUnavailable("connection refused")
LOST = ProviderOutcomeUnknown("lost")
LONG = CallPolicy(deadline_s=10_000)


def answer(status: int) -> Response:
    return Response(status=status, headers={}, body=b"")


def request(*, is_safe: bool = True) -> Request:
    return Request(
        provider="p", operation="o", method="POST", url="http://p.invalid/", is_safe=is_safe
    )


def slow() -> ProviderUnavailable:
    error = ProviderUnavailable("timed out")
    error.__cause__ = TimeoutError()
    return error


class Scene:
    def __init__(self, answers: Sequence[Answer], policy: CallPolicy = LONG) -> None:
        self.inner = Scripted(answers)
        self.clock = ManualClock(sleeping_advances=True)
        self.retrying = Retrying(self.inner, clock=self.clock, ids=SequentialIds(), policy=policy)

    async def send(self, *, is_safe: bool = True) -> Response | ProviderError:
        try:
            return await self.retrying.send(request(is_safe=is_safe))
        except ProviderError as error:
            return error

    @property
    def tries(self) -> int:
        return len(self.inner.requests)

    @property
    def waited_s(self) -> float:
        return (self.clock.now() - START).total_seconds()


@pytest.mark.parametrize("first", [AWAY, slow(), answer(502), answer(503), answer(504)])
async def test_a_safe_request_is_tried_again(first: Answer) -> None:
    scene = Scene([first, OK])
    assert await scene.send() is OK
    assert scene.tries == 2


@pytest.mark.parametrize("first", [AWAY, LOST, slow(), answer(503), throttled(retry_after_s=1)])
async def test_an_unsafe_request_is_never_tried_again(first: Answer) -> None:
    scene = Scene([first, OK])
    assert await scene.send(is_safe=False) is first
    assert (scene.tries, scene.waited_s) == (1, 0)


@pytest.mark.parametrize("final", [OK, answer(400), answer(404), answer(409), answer(500), LOST])
async def test_an_answer_that_will_not_change_is_final(final: Answer) -> None:
    scene = Scene([final, OK])
    assert await scene.send() is final
    assert scene.tries == 1


@pytest.mark.parametrize(
    ("failure", "backoff"), [(AWAY, EXTERNAL_API), (answer(503), EXTERNAL_API), (slow(), TIMEOUT)]
)
async def test_it_gives_up_with_the_last_outcome(failure: Answer, backoff: Backoff) -> None:
    scene = Scene([failure])
    assert await scene.send() is failure
    assert scene.tries == backoff.attempts_max


async def test_waits_double() -> None:
    scene = Scene([AWAY])
    await scene.send()
    assert scene.waited_s == 2 + 4 + 8 + 16


async def test_a_requested_pause_is_kept_exactly() -> None:
    scene = Scene([throttled(retry_after_s=7), OK])
    assert await scene.send() is OK
    assert scene.waited_s == 7


async def test_a_throttle_without_a_pause_has_its_own_backoff() -> None:
    scene = Scene([answer(429)])
    await scene.send()
    assert scene.tries == RATE_LIMIT.attempts_max
    assert scene.waited_s == 30 + 60


async def test_a_pause_that_is_too_long_is_the_callers_to_know() -> None:
    asked = throttled(retry_after_s=16)
    scene = Scene([asked, OK])
    assert await scene.send() is asked
    assert (scene.tries, scene.waited_s) == (1, 0)


async def test_no_try_begins_after_the_deadline() -> None:
    scene = Scene([AWAY], CallPolicy(deadline_s=10))
    assert await scene.send() is AWAY
    assert (scene.tries, scene.waited_s) == (3, 2 + 4)


async def test_tests_need_not_wait() -> None:
    scene = Scene([throttled(retry_after_s=7), AWAY, AWAY, OK], CallPolicy().instant())
    assert await scene.send() is OK
    assert (scene.tries, scene.waited_s) == (4, 0)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_chance_only_shortens_a_wait(chance: float) -> None:
    backoff = Backoff(attempts_max=9, first_s=2, cap_s=10, jitter=0.25)
    assert backoff.wait_s(1, chance=chance) == 2 * (1 - 0.25 * chance)
    assert backoff.wait_s(8, chance=chance) == 10 * (1 - 0.25 * chance)
