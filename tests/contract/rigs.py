"""What the contract suites ask of whatever stands behind a port, to make it go wrong or go on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

TURNS_MAX = 12_000
"""At a provider that works in real time a turn takes 10 ms: two minutes."""


class Rig(Protocol):
    """A provider that can be disturbed; each disturbance lasts for one call."""

    @abstractmethod
    def lose_answer(self) -> None:
        """The next effect happens, and its answer is lost."""

    @abstractmethod
    def throttle(self, *, retry_after_s: int) -> None: ...

    @abstractmethod
    def be_unavailable(self) -> None: ...

    @abstractmethod
    async def pass_time(self) -> None:
        """A moment at the provider, in which what is pending may happen."""


async def eventually(rig: Rig, ask: Callable[[], Awaitable[object]], wanted: type[T]) -> T:
    """The first answer of the wanted kind; asks a bounded number of times."""
    answer: object = None
    for _ in range(TURNS_MAX):
        answer = await ask()
        if isinstance(answer, wanted):
            return answer
        await rig.pass_time()
    raise AssertionError(f"{wanted.__name__} never came, last was {answer!r}")
