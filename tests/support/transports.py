"""Transports that fail on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from adapters.http.message import Request, Response
from adapters.http.transport import Transport
from ports.errors import ProviderError, ProviderOutcomeUnknown, ProviderUnavailable

Answer = Response | ProviderError


class Scripted(Transport):
    """Answers from a list, in order, then repeats the last answer; keeps the requests."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = list(answers)
        self.requests: list[Request] = []

    async def send(self, request: Request) -> Response:
        await asyncio.sleep(0)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        self.requests.append(request)
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    async def stream(self, request: Request) -> AsyncIterator[bytes]:
        response = await self.send(request)
        for line in response.body.splitlines():
            yield line


class Recording(Transport):
    """Passes requests on and keeps them."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.requests: list[Request] = []

    async def send(self, request: Request) -> Response:
        self.requests.append(request)
        return await self._inner.send(request)

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        self.requests.append(request)
        return self._inner.stream(request)

    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]


class LosingAnswers(Transport):
    """
    Performs the request and loses the answer, ``times`` times from ``lose`` on.

    Only requests that ``matching`` accepts are counted; by default those that are not reads.
    """

    def __init__(
        self, inner: Transport, *, times: int = 0, matching: Callable[[Request], bool] | None = None
    ) -> None:
        self._inner = inner
        self._left = times
        self._matching = matching or _changes_something

    def lose(self, times: int = 1) -> None:
        self._left = times

    async def send(self, request: Request) -> Response:
        response = await self._inner.send(request)
        if self._left > 0 and self._matching(request):
            self._left -= 1
            raise ProviderOutcomeUnknown(
                "the answer was lost", provider=request.provider, operation=request.operation
            )
        return response

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)


class Failing(Transport):
    """
    Fails requests before they are sent, or answers in the provider's place.

    ``failure`` decides what happens to a request; ``None`` lets it through.
    """

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.failure: Callable[[Request], Answer] | None = None

    def refuse_connections(self) -> None:
        self.failure = lambda request: ProviderUnavailable(
            "connection refused", provider=request.provider, operation=request.operation
        )

    def answer(self, response: Response) -> None:
        self.failure = lambda _: response

    def fail_once(self, answer: Answer) -> None:
        """For the next request only."""

        def fail(_: Request) -> Answer:
            self.recover()
            return answer

        self.failure = fail

    def recover(self) -> None:
        self.failure = None

    async def send(self, request: Request) -> Response:
        if self.failure is None:
            return await self._inner.send(request)
        answer = self.failure(request)
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    def stream(self, request: Request) -> AsyncIterator[bytes]:
        return self._inner.stream(request)


def throttled(*, retry_after_s: int) -> Response:
    return Response(status=429, headers={"Retry-After": str(retry_after_s)}, body=b"")


def _changes_something(request: Request) -> bool:
    return request.method not in {"GET", "HEAD"}
