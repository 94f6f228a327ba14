"""Breaks of every class, planted at every place in the providers' books, are found and rightly classed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from entrypoints.cli.api import until
from tests.e2e.books import open_books
from tests.e2e.investor import Investor, newcomers
from tests.e2e.plants import OFTEN, Plants, plants_in
from tests.e2e.reviewers import REASON, Reviewers
from tests.support.databases import Databases
from tests.support.stack import Stack, stack_on

pytestmark = pytest.mark.soak

AMOY = "MATIC-AMOY"
TAMPERED = """
    UPDATE postings SET amount = amount + 7
     WHERE (entry_key, line) = (
            SELECT entry_key, line FROM postings
             WHERE split_part(debit, ':', 1) <> ALL ($2) AND split_part(credit, ':', 1) <> ALL ($2)
               AND split_part(debit, ':', 2) = $1 AND split_part(debit, ':', 3) = 'USD/2'
             LIMIT 1)
"""
ELSEWHERE = ("custody", "offramp", "broker", "fee_paid")
"""The roles that are compared with a provider too."""
DEBIT = {"net_amount": "-50.00"}
"""The journal that began the withdrawal."""
Found = tuple[str, str, str]
"""A place, a class and an asset."""


@pytest.fixture(scope="module")
def stack(
    databases: Databases, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("planted")
    with stack_on(databases, folder=folder, redis_url=redis_server, variables=OFTEN) as running:
        yield running


@pytest.fixture
async def plants(stack: Stack) -> AsyncIterator[Plants]:
    async with open_books(stack.dsn) as books, plants_in(stack, books) as planting:
        yield planting


async def missing(plants: Plants, investor: Investor) -> list[Found]:
    """At the firm's wallet, since an arrival at an investor's becomes a deposit."""
    account, offramp = await _accounts(plants, investor)
    await plants.send_usdc(await plants.treasury(), "33")
    unseen = {"blockchain": AMOY, "destination": investor.wallets["polygon"], "amount": "5"}
    await plants.sandbox.post("/sandbox/chain/unseen", {"direction": "in", **unseen})
    conversion = await plants.entry("due", offramp, status="payment_processed")
    await plants.repeat("due", conversion, anonymous=True)
    await plants.add("alpaca", account_id=account, activity_type="CSD", amount="10.00")
    return [
        ("chain", "missing", "USDC"),
        ("offramp", "missing", "USDC"),
        ("offramp", "missing", "USD"),
        ("broker", "missing", "USD"),
    ]


async def duplicate(plants: Plants, investor: Investor) -> list[Found]:
    """The wallet gets something first, or it could not pay twice."""
    account, offramp = await _accounts(plants, investor)
    wallet = investor.wallets["polygon"]
    await plants.add("circle", blockchain=AMOY, address=wallet, amount="251")
    payment = await plants.entry("circle", wallet, transactionType="OUTBOUND")
    await plants.repeat("circle", payment)
    await plants.repeat("due", await plants.entry("due", offramp, status="payment_processed"))
    for wanted in ({"net_amount": "247.50"}, {"activity_type": "FILL"}, DEBIT):
        line = await plants.entry("alpaca", account, **wanted)
        await plants.repeat("alpaca", line)
    return [
        ("custodian", "amount", "USDC"),
        ("custodian", "duplicate", "USDC"),
        ("offramp", "duplicate", "USDC"),
        ("offramp", "duplicate", "USD"),
        ("broker", "duplicate", "USD"),
        ("broker", "duplicate", "USD"),
        ("broker", "duplicate", "USD"),
        ("broker", "duplicate", "AAPL"),
    ]


async def amount(plants: Plants, investor: Investor) -> list[Found]:
    """Of a line, and of cash and shares of which no line tells."""
    account, offramp = await _accounts(plants, investor)
    payment = await plants.entry("circle", investor.wallets["polygon"], transactionType="OUTBOUND")
    await plants.change("circle", payment, amount="249")
    conversion = await plants.entry("due", offramp, status="payment_processed")
    await plants.change("due", conversion, amount="246.50")
    journal = await plants.entry("alpaca", account, activity_type="JNLC")
    await plants.change("alpaca", journal, amount="248.00")
    silent: dict[str, Any] = {"account_id": account, "listed": False}
    await plants.add("alpaca", **silent, amount="-0.07")
    await plants.add("alpaca", **silent, symbol="AAPL", qty="0.5")
    return [
        ("custodian", "amount", "USDC"),
        ("offramp", "amount", "USD"),
        ("broker", "amount", "USD"),
        ("broker", "amount", "USD"),
        ("broker", "amount", "AAPL"),
    ]


async def fee(plants: Plants, investor: Investor) -> list[Found]:
    account, offramp = await _accounts(plants, investor)
    conversion = await plants.entry("due", offramp, status="payment_processed")
    await plants.change("due", conversion, fee="3.50")
    await plants.add("alpaca", account_id=account, activity_type="FEE", amount="-0.03")
    return [("offramp", "fee", "USD"), ("broker", "fee", "USD")]


async def orphan(plants: Plants, investor: Investor) -> list[Found]:
    """Taken out of every list, with what it had moved."""
    account, offramp = await _accounts(plants, investor)
    wallet = investor.wallets["polygon"]
    await plants.remove("circle", await plants.entry("circle", wallet, transactionType="OUTBOUND"))
    await plants.remove("due", await plants.entry("due", offramp, status="payment_processed"))
    for wanted in ({"activity_type": "FILL"}, DEBIT):
        line = await plants.entry("alpaca", account, **wanted)
        await plants.remove("alpaca", line)
    unseen = {"blockchain": AMOY, "destination": wallet, "amount": "0.25"}
    await plants.sandbox.post("/sandbox/chain/unseen", {"direction": "out", **unseen})
    return [
        ("chain", "orphan", "USDC"),
        ("custodian", "orphan", "USDC"),
        ("offramp", "orphan", "USDC"),
        ("offramp", "orphan", "USD"),
        ("broker", "orphan", "USD"),
        ("broker", "orphan", "USD"),
        ("broker", "orphan", "AAPL"),
    ]


async def own_act(plants: Plants, investor: Investor) -> list[Found]:
    """A dividend, a split, a payment from the custodian's console, a journal and a trade by a desk."""
    account, _ = await _accounts(plants, investor)
    wallet = investor.wallets["polygon"]
    await plants.add("circle", blockchain=AMOY, address=wallet, amount="251")
    payment = await plants.entry("circle", wallet, transactionType="OUTBOUND")
    await plants.repeat("circle", payment, anonymous=True)
    line = {"account_id": account, "symbol": "AAPL", "qty": "1"}
    await plants.add("alpaca", account_id=account, activity_type="DIV", amount="0.75")
    await plants.add("alpaca", activity_type="SPLIT", **line)
    for kind in ("JNLC", "FILL"):
        done = await plants.entry("alpaca", account, activity_type=kind)
        await plants.repeat("alpaca", done, anonymous=True)
    return [
        ("custodian", "amount", "USDC"),
        ("custodian", "own_act", "USDC"),
        ("broker", "own_act", "USD"),
        ("broker", "own_act", "USD"),
        ("broker", "own_act", "USD"),
        ("broker", "own_act", "AAPL"),
        ("broker", "own_act", "AAPL"),
    ]


Planting = Callable[[Plants, Investor], Awaitable[list[Found]]]
CLASSES: Mapping[str, Planting] = {
    each.__name__: each for each in (missing, duplicate, amount, fee, orphan, own_act)
}


@pytest.mark.situation(
    "a break of each class at each place: chain, custodian, off-ramp, cash, positions, ledger",
    must="each is found and rightly classed, nothing else; healed by four eyes, it is gone",
)
async def test_every_planted_break_is_found_and_classed(
    stack: Stack, plants: Plants, reviewers: Reviewers, was: Callable[[str], None]
) -> None:
    async with newcomers(stack, count=len(CLASSES)) as people:
        await asyncio.gather(*(_whole_way(each) for each in people))
        await plants.runs_pass()
        assert await plants.breaks() == []
        expected: Counter[tuple[str, Found]] = Counter()
        for (cls, plant), investor in zip(CLASSES.items(), people, strict=True):
            expected.update((investor.id, each) for each in await plant(plants, investor))
            if cls == "fee":
                healed = investor.id
            if cls == "missing":
                await _tamper(stack, investor.id)
        expected["firm", ("custodian", "missing", "USDC")] += 1
        expected["firm", ("ledger", "amount", "USD")] += 2
        await _opens(plants, expected)
        was(f"{expected.total()} planted, all found and classed")

        await _heal(reviewers, healed)
        await _opens(plants, Counter({key: n for key, n in expected.items() if key[0] != healed}))


@pytest.mark.situation(
    "a second wire with a withdrawal's memo, after its end; no webhook reports its settlement",
    must="found at the broker and the off-ramp as a duplicate, and owned",
)
async def test_a_second_wire_after_the_end_is_found(
    ann: Investor, plants: Plants, reviewers: Reviewers, was: Callable[[str], None]
) -> None:
    await _whole_way(ann)
    await plants.runs_pass()
    expected = await _found(plants)
    silent = {"name": "silent", "match": {"provider": "due"}, "action": {"kind": "drop"}}
    await plants.sandbox.post("/sandbox/faults", {"rules": [silent]})
    try:
        await _wire_again(plants, ann)
        expected["firm", ("broker", "missing", "USD")] += 1
        expected["firm", ("broker", "duplicate", "USD")] += 1
        expected["firm", ("custodian", "missing", "USDC")] += 1
        expected[ann.id, ("offramp", "duplicate", "USD")] += 1
        expected[ann.id, ("offramp", "duplicate", "USDC")] += 1
        await _opens(plants, expected)
    finally:
        await plants.sandbox.call("DELETE", "/sandbox/faults/silent", None)
    was("duplicate at broker and off-ramp; its USDC missing in our books at the custodian")
    listed = await reviewers.root.api.get(f"/v1/admin/breaks?stage=open&investor_id={ann.id}")
    for each in listed["items"]:
        assign = f"/v1/admin/breaks/{each['id']}/assign"
        body = {"assignee": reviewers.eva.id, "reason": REASON}
        sheet = await reviewers.root.api.post(assign, body)
        assert sheet["found"]["assignee"] == reviewers.eva.id


async def _wire_again(plants: Plants, investor: Investor) -> None:
    """The wire of the investor's withdrawal a second time, of money that the firm got from a bank."""
    offramp = await plants.offramp_account(investor.id)
    memos = {
        each["destination"].get("memo")
        for each in (await plants.sandbox.get(f"/sandbox/entries/due?owner={offramp}"))["entries"]
    }
    transfers = (await plants.sandbox.get("/sandbox/books"))["alpaca"]["transfers"]
    wire = next(each for each in transfers if each["additional_information"] in memos)
    kept = ("bank_id", "direction", "amount", "additional_information")
    again = {"transfer_type": "wire", **{name: wire[name] for name in kept}}
    cash = {"activity_type": "CSD", "amount": str(Decimal(wire["amount"]) + 1)}
    await plants.add("alpaca", account_id=plants.firm, **cash)
    await plants.at_broker("POST", f"/v1/accounts/{plants.firm}/transfers", again)


async def _whole_way(investor: Investor) -> None:
    await investor.funded()
    await investor.walk.buy()
    await investor.walk.withdraw()


async def _accounts(plants: Plants, investor: Investor) -> tuple[str, str]:
    return await plants.account(investor.id), await plants.offramp_account(investor.id)


async def _found(plants: Plants) -> Counter[tuple[str, Found]]:
    return Counter(
        (owner, (place, cls, told.split()[1].partition("/")[0]))
        for owner, place, cls, told in await plants.breaks()
    )


async def _opens(plants: Plants, expected: Counter[tuple[str, Found]]) -> None:
    """Wait until these breaks are open; after some more runs there is none besides."""
    await until(
        lambda: _found(plants), lambda found: not expected - found, what=f"breaks {expected}"
    )
    await plants.runs_pass(4)
    assert await _found(plants) == expected, await plants.breaks()


async def _tamper(stack: Stack, investor_id: str) -> None:
    """What the database itself refuses to everybody but its superuser."""
    connection = await asyncpg.connect(stack.dsn)
    try:
        await connection.execute("SET session_replication_role = replica")
        assert await connection.execute(TAMPERED, investor_id, ELSEWHERE) == "UPDATE 1"
    finally:
        await connection.close()


async def _heal(reviewers: Reviewers, owner: str) -> None:
    """One proposes, another approves, for every open break of ``owner``."""
    page = await reviewers.root.api.get(f"/v1/admin/breaks?stage=open&investor_id={owner}")
    for each in page["items"]:
        path = f"/v1/admin/breaks/{each['id']}"
        body = {"action": "heal", "healing": "cost", "reason": REASON}
        proposal = await reviewers.root.api.post(f"{path}/proposals", body)
        approve = f"{path}/proposals/{proposal['id']}/approve"
        why = {"reason": REASON}
        assert (await reviewers.root.refused("POST", approve, why))[0] == 403
        await reviewers.eva.api.post(approve, why)
        assert (await reviewers.root.api.get(path))["found"]["stage"] == "healed"
