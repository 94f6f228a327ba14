"""Faults that strike one flow together: it ends well, and no effect happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sandbox.faults.catalogue import CATALOGUE
from tests.e2e.book_differences import differences
from tests.e2e.books import Books, open_books
from tests.e2e.effects import effects_of
from tests.e2e.flows import flow_of
from tests.e2e.investor import newcomers
from tests.support.stack import Stack

HOLD_S = 1
ENDS = {"deposit": "broker_funded", "order": "filled", "withdrawal": "completed"}
DEPOSITS = "SELECT id::text FROM processes WHERE kind = 'Deposit' AND investor_id = $1"
COMBINED = {
    "a lost answer of Circle, three times": ("deposit", [("circle-transfer-timeout-after", 3)]),
    "a lost answer of Due, three times": ("deposit", [("due-transfer-timeout-after", 3)]),
    "a lost answer to a journal, three times": ("deposit", [("alpaca-journal-timeout-after", 3)]),
    "a lost answer to an order, three times": ("order", [("alpaca-order-timeout-after", 3)]),
    "a lost answer to a wire, three times": ("withdrawal", [("alpaca-wire-timeout-after", 3)]),
    "a wire's unreadable answers, then none": (
        "withdrawal",
        [("alpaca-wire-malformed", 2), ("alpaca-wire-timeout-before", 1)],
    ),
    "webhooks twice and out of order, and a failed transaction": (
        "deposit",
        [
            ("circle-webhook-duplicated", 4),
            ("due-webhook-reordered", 4),
            ("circle-transaction-failed", 1),
        ],
    ),
    "two failed transactions": ("deposit", [("circle-transaction-failed", 2)]),
}
"""Faults that strike one flow together, each so many times; all of them are overcome."""


@pytest.mark.soak
@pytest.mark.parametrize("name", COMBINED)
async def test_faults_together_end_well_and_nothing_happens_twice(stack: Stack, name: str) -> None:
    kind, faults = COMBINED[name]
    flow = flow_of(kind)
    async with open_books(stack.dsn) as books, newcomers(stack) as (ann,):
        await flow.prepare(ann)
        before = await differences(books, ann.sandbox)
        for fault, times in faults:
            await ann.sandbox.post("/sandbox/faults", _rule(fault, times))
        path, process_id = await flow.begin(ann)
        try:
            await ann.reaches(path, ENDS[kind])
        finally:
            await ann.sandbox.call("DELETE", "/sandbox/faults", None)
        assert await differences(books, ann.sandbox) == before
        ids = [process_id] if process_id else await _deposits(books, ann.id)
    effects = await effects_of(stack, *ids)
    counted = Counter((effect.kind, effect.reference) for effect in effects)
    assert counted
    assert set(counted.values()) == {1}


def _rule(fault: str, times: int) -> Mapping[str, Any]:
    rule = dict(CATALOGUE[fault].rule)
    action = dict(rule["action"])
    if action["kind"].startswith("timeout"):
        action["hold_s"] = HOLD_S
    match = {**rule["match"], "times": times}
    return {**rule, "name": fault, "match": match, "action": action}


async def _deposits(books: Books, investor_id: str) -> Sequence[str]:
    return [row["id"] for row in await books.pool.fetch(DEPOSITS, investor_id)]
