"""
Retries, where they are safe.

The only module that uses tenacity. A request that is not safe is sent once, whatever its outcome.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from tenacity import AsyncRetrying, RetryCallState

from adapters.http.message import Request, Response
from adapters.http.transport import STATUS_THROTTLED, Transport
from adapters.resilience.policy import Backoff, CallPolicy
from ports.clock import Clock
from ports.errors import ProviderUnavailable
from ports.ids import Ids

STATUS_PASSING = frozenset({502, 503, 504})
FINAL = Backoff(attempts_max=1, first_s=0.0)


class Retrying(Transport):
    """
    Retries safe requests while the provider is unavailable, busy or asks for a pause.

    It gives up, with the last response or error, when the tries are used up or the next try would begin
    after the call's deadline.
    """

    def __init__(self, inner: Transport, *, clock: Clock, ids: Ids, policy: CallPolicy) -> None:
        self._inner = inner
        self._clock = clock
        self._ids = ids
        self._policy = policy

    async def send(self, request: Request) -> Response:
        if not request.is_safe:
            return await self._inner.send(request)
        began = self._clock.now()
        retrying = AsyncRetrying(
            sleep=self._clock.sleep,
            retry=lambda _: True,
            wait=self._wait_s,
            stop=lambda state: self._is_enough(state, began),
            retry_error_callback=_last,
        )
        response: Response = await retrying(self._inner.send, request)
        return response

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)

    def _backoff(self, state: RetryCallState) -> Backoff:
        """The backoff for the last outcome; ``FINAL`` if it must not be retried."""
        match _outcome(state):
            case ProviderUnavailable(__cause__=TimeoutError()):
                return self._policy.timed_out
            case ProviderUnavailable():
                return self._policy.unavailable
            case Response(status=status) if status == STATUS_THROTTLED:
                return self._policy.throttled
            case Response(status=status) if status in STATUS_PASSING:
                return self._policy.unavailable
            case _:
                return FINAL

    def _wait_s(self, state: RetryCallState) -> float:
        if self._policy.is_instant:
            return 0.0
        asked_s = _asked_s(state)
        if asked_s is not None:
            return asked_s
        return self._backoff(state).wait_s(state.attempt_number, chance=self._ids.fraction())

    def _is_enough(self, state: RetryCallState, began: datetime) -> bool:
        left_s = self._policy.deadline_s - (self._clock.now() - began).total_seconds()
        return (_asked_s(state) or 0.0) > self._policy.retry_after_max_s or not (
            self._backoff(state).allows(
                state.attempt_number, wait_s=state.upcoming_sleep, left_s=left_s
            )
        )


def _outcome(state: RetryCallState) -> object:
    if state.outcome is None:
        return None
    return state.outcome.exception() or state.outcome.result()


def _asked_s(state: RetryCallState) -> float | None:
    outcome = _outcome(state)
    return outcome.retry_after_s if isinstance(outcome, Response) else None


def _last(state: RetryCallState) -> object:
    """The last response, or raises the last error."""
    return state.outcome.result() if state.outcome else None
