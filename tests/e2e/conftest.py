"""One stack for every test that leaves its processes alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

from entrypoints.cli.walk import Walk
from tests.e2e.books import NOTHING, Books, open_books
from tests.e2e.investor import Investor, newcomers
from tests.e2e.reviewers import Reviewers, hired
from tests.support.databases import Databases
from tests.support.stack import Stack, stack_on


@pytest.fixture(scope="session")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with stack_on(databases, folder=folder, redis_url=redis_server) as running:
        yield running


@pytest.fixture
def beyond() -> Mapping[str, str]:
    """What the firm has at which place without the ledger's knowing."""
    return NOTHING


@pytest.fixture
async def books(stack: Stack, beyond: Mapping[str, str]) -> AsyncIterator[Books]:
    """The stack's books. After the test they are balanced and agree with everybody else's."""
    async with open_books(stack.dsn) as opened, stack.sandbox() as sandbox:
        yield opened
        await opened.agree(sandbox, beyond=beyond)


@pytest.fixture(scope="session")
def staff() -> dict[str, list[Walk]]:
    """The administrators of each stack, by its database: they are hired once."""
    return defaultdict(list)


@pytest.fixture
async def reviewers(stack: Stack, staff: dict[str, list[Walk]]) -> AsyncIterator[Reviewers]:
    async with hired(stack, staff[stack.dsn]) as two:
        yield two


@pytest.fixture
async def ann(stack: Stack) -> AsyncIterator[Investor]:
    async with newcomers(stack) as (somebody,):
        yield somebody


@pytest.fixture
async def eve(stack: Stack) -> AsyncIterator[Investor]:
    async with newcomers(stack) as (somebody,):
        yield somebody
