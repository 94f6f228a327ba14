"""What ``make run`` shows, on real processes: one investor's whole way, in and out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.e2e.books import Books
from tests.e2e.effects import effects_of
from tests.e2e.investor import Investor
from tests.support.stack import Stack

Lines = Sequence[Mapping[str, Any]]

DEPOSIT = ["new", "expected", "detected", "confirmed", "offramp_requested", "offramp_settled"]
FUNDING = ["broker_funding_requested", "broker_funded"]
ORDER = ["new", "reserved", "submitted", "accepted", "filled"]
WITHDRAWAL = [
    *("new", "reserved", "broker_debit_requested", "broker_debited", "onramp_requested"),
    *("onramp_settled", "sent", "completed"),
]
EFFECTS = {
    "deposit": ["conversion", "journal", "payment"],
    "order": ["order"],
    "withdrawal": ["account", "conversion", "journal", "payment", "wire"],
}
MAY_BE_SKIPPED = {"detected", "submitted", "accepted", "broker_funding_requested", "sent"} | {
    "broker_debit_requested"
}
"""Told by news that a later piece of news may overtake."""


async def test_an_investor_walks_from_usdc_to_shares_and_back_to_usdc(
    stack: Stack, ann: Investor, books: Books
) -> None:
    walk = ann.walk
    for step in (
        *(walk.register, walk.onboard, walk.open_wallets, walk.deposit),
        *(walk.buy, walk.buy_basket, walk.sell, walk.withdraw),
    ):
        await step()

    assert await books.balances(ann.id) == {
        "broker USD": "57.49",
        "cash USD": "57.49",
        **{
            f"{role} {symbol}": shares
            for role in ("broker", "security")
            for symbol, shares in {
                "AAPL": "0.341889333",
                "AMZN": "0.081050413",
                "GOOGL": "0.087234661",
                "MSFT": "0.060168471",
                "NVDA": "0.164690382",
            }.items()
        },
    }
    deposit, *orders, withdrawal = [
        await ann.api.get(f"/v1/trails/{process_id}") for process_id in walk.processes
    ]
    _tells(deposit["lines"], stages=[*DEPOSIT, *FUNDING])
    _tells(withdrawal["lines"], stages=WITHDRAWAL)
    assert len(orders) == 7
    for order in orders:
        _tells(order["lines"], stages=ORDER)
    for trail in (deposit, *orders, withdrawal):
        effects = await effects_of(stack, trail["id"])
        assert sorted(each.kind for each in effects) == EFFECTS[trail["kind"]]
        told = repr(trail["lines"])
        named = {each.reference for each in effects if each.provider_id in told}
        assert named == {each.reference for each in effects}


async def test_the_trail_of_a_deposit_tells_every_cent_and_the_transaction_it_came_with(
    ann: Investor, books: Books
) -> None:
    await ann.funded()
    (deposit,) = await ann.deposits("broker_funded")
    lines = (await ann.api.get(f"/v1/trails/{deposit['id']}"))["lines"]
    posted = [posting for line in _of(lines, "posting") for posting in line["detail"]["postings"]]
    assert deposit["tx_hash"] in repr(lines)
    hers = [p for p in posted if ann.id in p["debit"] + p["credit"]]
    assert [f"{_plain(p['debit'])} < {_plain(p['credit'])} {p['amount']}" for p in hers] == [
        "custody USDC < incoming USDC 250.000000",
        "offramp USDC < custody USDC 250.000000",
        "incoming USDC < offramp USDC 250.000000",
        "offramp USD < incoming USD 250.00",
        "incoming USD < fee_charged USD 2.50",
        "broker USD < broker USD 247.50",
        "incoming USD < cash USD 247.50",
    ]
    assert len(posted) == await books.count(
        "postings WHERE entry_key LIKE $1 || ':%'", deposit["id"]
    )


def _tells(lines: Lines, *, stages: Sequence[str]) -> None:
    """The stages follow one another without a gap, in their order; effects and postings are there."""
    arrows = [line["title"].split(" -> ") for line in _of(lines, "stage")]
    passed = [before for before, _ in arrows] + [arrows[-1][1]]
    assert [after for _, after in arrows] == passed[1:]
    assert passed == [stage for stage in stages if stage in passed]
    assert set(stages) - set(passed) <= MAY_BE_SKIPPED
    assert all(line["detail"]["done"] for line in _of(lines, "effect"))
    assert list(_of(lines, "posting"))
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


def _plain(account: str) -> str:
    """An account without its owner and the scale of its asset."""
    role, _, asset = account.split(":")
    return f"{role} {asset.partition('/')[0]}"


def _of(lines: Lines, kind: str) -> Iterator[Mapping[str, Any]]:
    return (line for line in lines if line["kind"] == kind)
