from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.http.message import Request, Response
from adapters.http.operation import Operation, OperationKind
from adapters.http.stack import surround
from adapters.http.transport import Transport, refusal
from adapters.memory.clock import ManualClock
from adapters.memory.ids import SequentialIds
from adapters.resilience.breaker import Breaker, Position
from adapters.resilience.policy import BreakerPolicy, CallPolicy
from ports.errors import (
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from tests.support.transports import Scripted, throttled

POLICY = CallPolicy(deadline_s=20).instant()
BREAKER = BreakerPolicy(calls_min=2)
OK = Response(status=200, headers={}, body=b"")
AWAY = ProviderUnavailable("connection refused")


def answer(status: int) -> Response:
    return Response(status=status, headers={}, body=b"one\ntwo\n")


def request(*, is_safe: bool) -> Request:
    return Request(
        provider="p", operation="o", method="POST", url="http://p.invalid/", is_safe=is_safe
    )


class Silent(Transport):
    """Never answers; says whether its calls were ended."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0

    async def send(self, request: Request) -> Response:
        self.begun += 1
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.ended += 1
        return OK

    async def stream(self, request: Request) -> AsyncIterator[bytes]:
        yield b""


class Scene:
    def __init__(self, inner: Transport) -> None:
        self.clock = ManualClock()
        self.breaker = Breaker(policy=BREAKER)
        self.stack = surround(
            inner,
            clock=self.clock,
            ids=SequentialIds(),
            policy=POLICY,
            breakers={
                **{kind: Breaker() for kind in OperationKind},
                OperationKind.WRITE: self.breaker,
            },
        )

    def position(self) -> Position:
        return self.breaker.position(now=self.clock.now())

    async def time_out(self, *, is_safe: bool) -> None:
        call = asyncio.ensure_future(self.stack.send(request(is_safe=is_safe)))
        for _ in range(5):
            await asyncio.sleep(0)
        self.clock.advance(POLICY.deadline_s)
        await call


async def test_the_breaker_counts_calls_not_tries() -> None:
    inner = Scripted([AWAY])
    scene = Scene(inner)
    with pytest.raises(ProviderUnavailable):
        await scene.stack.send(request(is_safe=True))
    assert len(inner.requests) == POLICY.unavailable.attempts_max
    assert scene.position() is Position.CLOSED
    with pytest.raises(ProviderUnavailable):
        await scene.stack.send(request(is_safe=True))
    assert scene.position() is Position.OPEN


async def test_nothing_is_sent_while_the_breaker_is_open() -> None:
    inner = Scripted([answer(500)])
    scene = Scene(inner)
    for _ in range(2):
        await scene.stack.send(request(is_safe=False))
    with pytest.raises(ProviderUnavailable):
        await scene.stack.send(request(is_safe=False))
    assert len(inner.requests) == 2


async def test_a_sort_whose_breaker_is_open_leaves_the_others_alone() -> None:
    scene = Scene(Scripted([answer(500), answer(500), OK]))
    for _ in range(2):
        await scene.stack.send(request(is_safe=False))
    assert scene.position() is Position.OPEN
    look_up = Operation(name="find", kind=OperationKind.READ)
    found = Request.of(look_up, provider="p", method="GET", url="http://p.invalid/")
    assert await scene.stack.send(found) is OK
    with pytest.raises(ProviderUnavailable):
        await scene.stack.send(request(is_safe=False))


async def test_a_provider_that_answers_again_is_asked_again() -> None:
    scene = Scene(Scripted([answer(500), answer(500), OK]))
    for _ in range(2):
        await scene.stack.send(request(is_safe=False))
    scene.clock.advance(BREAKER.open_s)
    assert await scene.stack.send(request(is_safe=False)) is OK
    assert scene.position() is Position.CLOSED


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 429])
async def test_bad_requests_do_not_open_it_for_everyone(status: int) -> None:
    scene = Scene(Scripted([answer(status)]))
    for _ in range(20):
        await scene.stack.send(request(is_safe=False))
    assert scene.position() is Position.CLOSED


@pytest.mark.parametrize(
    ("is_safe", "outcome"), [(True, ProviderUnavailable), (False, ProviderOutcomeUnknown)]
)
async def test_a_call_ends_at_its_deadline_and_counts_as_a_failure(
    *, is_safe: bool, outcome: type[ProviderError]
) -> None:
    silent = Silent()
    scene = Scene(silent)
    for _ in range(2):
        with pytest.raises(outcome):
            await scene.time_out(is_safe=is_safe)
    assert silent.ended == silent.begun == 2
    assert scene.position() is Position.OPEN


async def test_a_caller_that_leaves_takes_the_call_along_and_blames_nobody() -> None:
    silent = Silent()
    scene = Scene(silent)
    for _ in range(3):
        call = asyncio.ensure_future(scene.stack.send(request(is_safe=True)))
        for _ in range(5):
            await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert silent.ended == silent.begun == 3
    assert scene.position() is Position.CLOSED


async def test_streams_pass_through() -> None:
    scene = Scene(Scripted([answer(200)]))
    assert [line async for line in scene.stack.stream(request(is_safe=True))] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("status", "is_safe", "outcome"),
    [
        (400, False, ProviderRejected),
        (422, True, ProviderRejected),
        (429, False, ProviderThrottled),
        (408, False, ProviderOutcomeUnknown),
        (500, False, ProviderOutcomeUnknown),
        (500, True, ProviderUnavailable),
        (307, False, ProviderOutcomeUnknown),
    ],
)
def test_a_status_means_one_failure(
    *, status: int, is_safe: bool, outcome: type[ProviderError]
) -> None:
    assert type(refusal(request(is_safe=is_safe), answer(status))) is outcome


def test_a_throttle_says_when_even_if_the_provider_did_not() -> None:
    for response, pause_s in ((throttled(retry_after_s=9), 9), (answer(429), 30)):
        error = refusal(request(is_safe=True), response)
        assert isinstance(error, ProviderThrottled)
        assert error.retry_after_s == pause_s
