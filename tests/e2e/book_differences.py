"""Where our books and the providers' differ, as amounts: what conservation is checked with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from entrypoints.cli import conservation
from entrypoints.cli.api import Api
from sandbox.alpaca.symbols import SYMBOLS
from tests.e2e.books import Books

SAME_AGAIN = "on chain at those wallets"
"""A second look at a place that is in the list already."""

CASH = frozenset({"USD", "USDC"})
CENT = Decimal("0.01")
PRICES = {listing.symbol: Decimal(listing.price_cents) / 100 for listing in SYMBOLS}
Differences = Mapping[tuple[str, str], Decimal]


async def differences(books: Books, sandbox: Api) -> Differences:
    """Theirs less ours, by place and asset; places that agree are left out."""
    world = _with_what_due_set_aside(await sandbox.get("/sandbox/books"))
    rows = conservation.compare(await books.ledger.totals(), world)
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.place != SAME_AGAIN and row.theirs != row.ours:
            found[row.place, row.asset.code] += Decimal(row.theirs.decimal) - Decimal(
                row.ours.decimal
            )
    return found


def since(before: Differences, now: Differences) -> Differences:
    """What came to be between the two."""
    changed = {
        place: now.get(place, Decimal(0)) - before.get(place, Decimal(0))
        for place in {**before, **now}
    }
    return {place: amount for place, amount in changed.items() if amount}


def worth(found: Differences) -> Decimal:
    """All of it in dollars and cents, shares at the price that the sandbox's market begins with."""
    return sum((_worth(asset, amount) for (_, asset), amount in found.items()), Decimal(0))


def _worth(asset: str, amount: Decimal) -> Decimal:
    return amount if asset in CASH else (amount * PRICES[asset]).quantize(CENT, ROUND_HALF_EVEN)


def _with_what_due_set_aside(world: Any) -> Any:
    """Money that Due keeps for somebody to claim is at Due all the same."""
    for drawer in (world["due"]["usdc"], world["due"]["usd"]):
        held = Decimal(drawer["in_process"]) + Decimal(drawer["unallocated"])
        drawer["in_process"] = str(held)
    return world
