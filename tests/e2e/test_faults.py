"""Every fault of the catalogue through the whole system: where it ends, what it did, what it cost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from entrypoints.cli.api import Api, until
from sandbox.faults.catalogue import CATALOGUE
from tests.e2e.book_differences import Differences, differences, since, worth
from tests.e2e.books import PROCESSES, Books, open_books
from tests.e2e.effects import effects_of
from tests.e2e.flows import flow_of
from tests.e2e.investor import Investor, newcomers
from tests.support.databases import Databases
from tests.support.stack import SOON, Stack, stack_on

RESULTS = os.environ.get("FAULTS_RESULTS")
"""Where the table goes."""
HOLD_S = 1
LATE_S = 6
FEW = (
    "circle-transfer-timeout-after",
    "alpaca-journal-malformed",
    "alpaca-order-reset",
    "circle-webhook-dropped",
    "circle-transaction-denied",
    "alpaca-account-rejected",
)
REVIEW = "manual_review"
ENDS: Mapping[str, str] = {
    "alpaca-account-rejected": "rejected",
    "alpaca-account-action-required": "action_required",
    "alpaca-journal-pending": "broker_funding_requested",
    "alpaca-order-rejected": "rejected",
    "alpaca-fill-partial": "partially_filled",
    "alpaca-fill-busted": REVIEW,
    "alpaca-transfer-rejected": "compensated",
    "alpaca-transfer-returned": "compensated",
    "circle-transaction-denied": REVIEW,
    "due-account-failed": "rejected",
    "due-account-resubmission-required": "action_required",
    "due-transfer-manual-review": REVIEW,
    "due-transfer-refunded": REVIEW,
    "due-transfer-failed": REVIEW,
}
"""Where a flow ends that does not end well; all the others do."""
VARIABLES = {"STACK__WORKER__POLL_INBOUND_S": "2", "STACK__WORKER__LEASE_S": "4", **SOON}


@attrs.frozen(kw_only=True)
class Result:
    """One row of the table."""

    fault: str
    flow: str
    end: str
    effects: int
    open: str

    def row(self) -> str:
        return f"| `{self.fault}` | {self.flow} | `{self.end}` | {self.effects} | {self.open} |"


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Polling is on: what a webhook does not say has to be found out."""
    folder = tmp_path_factory.mktemp("faulty")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=VARIABLES) as running:
        yield running


@pytest.fixture
async def open_accounts(stack: Stack) -> AsyncIterator[Books]:
    """The books, which a fault may leave waiting for a person: the test says how far."""
    async with open_books(stack.dsn) as opened:
        yield opened


@pytest.fixture(scope="module")
def results() -> Iterator[list[Result]]:
    found: list[Result] = []
    yield found
    if RESULTS and found:
        Path(RESULTS).write_text(_table(found))


@pytest.mark.parametrize("name", FEW)
async def test_a_fault_of_each_sort_ends_as_it_should(
    name: str, stack: Stack, open_accounts: Books
) -> None:
    await _meet(name, stack, open_accounts)


@pytest.mark.soak
@pytest.mark.parametrize("name", CATALOGUE)
async def test_every_fault_ends_as_it_should(
    name: str, stack: Stack, open_accounts: Books, results: list[Result]
) -> None:
    results.append(await _meet(name, stack, open_accounts))


async def _meet(name: str, stack: Stack, books: Books) -> Result:
    """Walk into the fault, out of it, and to the end; nothing was done twice, and nothing is lost."""
    fault = CATALOGUE[name]
    flow = flow_of(fault.flow)
    expected = ENDS.get(name, flow.happy)
    async with newcomers(stack) as (ann,):
        await flow.prepare(ann)
        before = await differences(books, ann.sandbox)
        await _switch_on(name, ann.sandbox)
        path, process_id = await flow.begin(ann)
        await ann.reaches(path, expected)
        await _struck_once(name, ann.sandbox)
        await ann.sandbox.call("DELETE", f"/sandbox/faults/{name}", None)
        remaining = await _conserved(books, ann, before, expected)
        assert (await ann.api.get(path))["stage"] == expected
        process_ids = [process_id] if process_id else await _processes(books, ann)
    effects = Counter((e.kind, e.reference) for e in await effects_of(stack, *process_ids))
    assert [effect for effect, count in effects.items() if count > 1] == []
    return Result(
        fault=name, flow=fault.flow, end=expected, effects=len(effects), open=_told(remaining)
    )


async def _processes(books: Books, ann: Investor) -> list[str]:
    return [row["id"] for row in await books.pool.fetch(PROCESSES, ann.id)]


async def _switch_on(name: str, sandbox: Api) -> None:
    action = CATALOGUE[name].rule["action"]
    shorter: dict[str, float] = {}
    if action["kind"].startswith("timeout"):
        shorter = {"hold_s": HOLD_S}
    if action["kind"] == "late_effect":
        shorter = {key: LATE_S for key in ("delay_s", "lag_s") if action.get(key)}
    await sandbox.post("/sandbox/faults", {"use": name, "action": shorter})


async def _struck_once(name: str, sandbox: Api) -> None:
    await until(
        lambda: sandbox.get(f"/sandbox/faults/{name}"),
        lambda fault: fault["fired"] == 1,
        what=f"{name} to strike",
    )


async def _conserved(books: Books, ann: Investor, before: Differences, end: str) -> Differences:
    """
    Wait until everything is where the books say; return what waits for a person instead.

    In review things may be somewhere else than the books say, but nothing may be made or lost.
    """

    async def remaining() -> Differences:
        return since(before, await differences(books, ann.sandbox))

    def is_settled(found: Differences) -> bool:
        return worth(found) == 0 if end == REVIEW else not found

    found: Differences = await until(remaining, is_settled, what="conservation")
    assert await books.ledger.imbalances() == {}
    return found


def _told(remaining: Differences) -> str:
    moved = worth({place: amount for place, amount in remaining.items() if amount > 0})
    return f"{moved:.2f} waits for a person" if moved else "agree"


def _table(results: list[Result]) -> str:
    rows = "\n".join(each.row() for each in results)
    return f"{HEAD}{rows}\n"


HEAD = """# Faults and how they ended

Generated by `make faults`: every fault of [the catalogue](sandbox-faults.md), switched on for one flow
through the whole system, with all processes running.

*Ended* is the stage that the flow reached. *Effects* is how many effects the providers carried out under
the process's references; the run fails if one happens twice. *Books* says whether our ledger and the
providers' books agree place by place. In a review their sums agree; the amount shown is in another place
than the ledger says, until a person has resolved the review.

| Fault | Flow | Ended | Effects | Books |
|---|---|---|---|---|
"""
