"""How often a service tries again, after which errors, and what is raised in the end."""

from __future__ import annotations

import pytest

from domain.services.commits.races import TRIES_MAX, until_current
from ports.errors import StoreUnavailable
from ports.processes import LookupKeyTaken, StaleVersion


class Act:
    """Fails as it is told, once a call, then succeeds."""

    def __init__(self, *failures: type[Exception]) -> None:
        self._failures = failures
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= len(self._failures):
            raise self._failures[self.calls - 1]
        return "done"


async def test_an_act_that_succeeds_is_called_once() -> None:
    act = Act()
    assert (await until_current(act), act.calls) == ("done", 1)


async def test_an_act_is_called_again_until_there_is_no_race() -> None:
    act = Act(*[StaleVersion] * (TRIES_MAX - 1))
    assert (await until_current(act), act.calls) == ("done", TRIES_MAX)


async def test_after_so_many_calls_the_version_is_stale() -> None:
    act = Act(*[StaleVersion] * TRIES_MAX)
    with pytest.raises(StaleVersion):
        await until_current(act)
    assert act.calls == TRIES_MAX


async def test_other_errors_count_only_where_they_are_named() -> None:
    act = Act(LookupKeyTaken, StaleVersion)
    with pytest.raises(LookupKeyTaken):
        await until_current(act)
    assert act.calls == 1
    act = Act(LookupKeyTaken, StaleVersion)
    assert (await until_current(act, also=(LookupKeyTaken,)), act.calls) == ("done", 3)


async def test_also_in_the_end_the_version_is_stale_whatever_was_raised() -> None:
    act = Act(*[LookupKeyTaken] * TRIES_MAX)
    with pytest.raises(StaleVersion):
        await until_current(act, also=(LookupKeyTaken,))


async def test_an_error_of_the_store_is_raised_at_once() -> None:
    act = Act(StoreUnavailable)
    with pytest.raises(StoreUnavailable):
        await until_current(act)
    assert act.calls == 1
