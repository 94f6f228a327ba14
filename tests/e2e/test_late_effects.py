"""Effects that happen after the client has left, through the whole system, with quiet times as declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from entrypoints.cli.api import until
from sandbox.faults.catalogue import CATALOGUE
from tests.e2e.book_differences import differences, since
from tests.e2e.books import open_books
from tests.e2e.effects import effects_of
from tests.e2e.flows import flow_of
from tests.e2e.investor import newcomers
from tests.support.stack import Stack

pytestmark = pytest.mark.soak
LATE = (
    "alpaca-wire-late-effect",
    "alpaca-wire-unlisted",
    "due-virtual-account-late-effect",
    "due-virtual-account-unlisted",
    "due-transfer-unlisted",
)
"""A late transfer at Due finds its quote expired, at the speed of the sandbox's clock."""


@pytest.mark.situation(
    "a request without a key takes effect, or is listed, 25 s after the client gave up",
    must="one effect, the flow completed, the books equal to the providers'",
)
@pytest.mark.parametrize("name", LATE)
async def test_an_effect_without_a_key_happens_once(
    name: str, stack: Stack, was: Callable[[str], None]
) -> None:
    flow = flow_of(CATALOGUE[name].flow)
    async with newcomers(stack) as (ann,), open_books(stack.dsn) as books:
        await flow.prepare(ann)
        before = await differences(books, ann.sandbox)
        await ann.sandbox.post("/sandbox/faults", {"use": name})
        path, process_id = await flow.begin(ann)
        await ann.reaches(path, flow.happy)
        await ann.sandbox.call("DELETE", f"/sandbox/faults/{name}", None)

        async def remaining() -> object:
            return since(before, await differences(books, ann.sandbox))

        await until(remaining, lambda found: not found, what="the books to agree")
        effects = await effects_of(stack, process_id)
    counted = Counter((each.kind, each.reference) for each in effects)
    assert [effect for effect, count in counted.items() if count > 1] == []
    was(f"{len(counted)} effects, each once; {flow.happy}")
