"""Compares our ledger with the books of the chain, Circle, off-ramps and Alpaca in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.ledger.account import Role
from domain.money import USD, USDC, Asset, Money
from domain.services.operations.reconciliation import Comparison

Books = Mapping[str, Any]
Totals = Mapping[tuple[Role, Asset], Money]

OFFRAMPS = ("due", "harbor")


def compare(ours: Totals, books: Books) -> Sequence[Comparison]:
    """
    Compare every asset at every place that holds value, and the fees that were charged.

    ``ours`` are the ledger's totals by role and asset, ``books`` is the answer of ``/sandbox/books``.
    """
    alpaca = books["alpaca"]
    return [
        _line("Circle's wallets", ours, Role.CUSTODY, USDC, _circle(books)),
        _line("on chain at those wallets", ours, Role.CUSTODY, USDC, _on_chain(books)),
        *_offramps(ours, books, "not yet converted", role=Role.OFFRAMP, count="in_process"),
        *_offramps(ours, books, "fees", role=Role.FEE_PAID, count="fees"),
        _line("Alpaca, firm and investors", ours, Role.BROKER, USD, _alpaca_cash(alpaca)),
        *_positions(ours, alpaca),
        _minted_and_held(books),
    ]


def _offramps(
    ours: Totals, books: Books, what: str, *, role: Role, count: str
) -> Sequence[Comparison]:
    """All off-ramps together: our ledger does not record which one it was."""
    return [
        _line(
            f"off-ramps, {what}",
            ours,
            role,
            asset,
            *(books[name][asset.code.lower()][count] for name in OFFRAMPS),
        )
        for asset in (USDC, USD)
    ]


def _line(place: str, ours: Totals, role: Role, asset: Asset, *theirs: str) -> Comparison:
    return Comparison(
        place=place,
        asset=asset,
        ours=ours.get((role, asset), Money.zero(asset)),
        theirs=_sum(asset, theirs),
    )


def _sum(asset: Asset, amounts: Sequence[str]) -> Money:
    return Money(sum(Money.of(amount, asset).minor for amount in amounts), asset)


def _circle(books: Books) -> str:
    return _sum(USDC, [wallet["held"] for wallet in books["circle"]["wallets"]]).decimal


def _on_chain(books: Books) -> str:
    ours = {
        (wallet["blockchain"], wallet["address"].lower()) for wallet in books["circle"]["wallets"]
    }
    held = [
        balance["amount"]
        for balance in books["chain"]["balances"]
        if (balance["blockchain"], balance["address"].lower()) in ours
    ]
    return _sum(USDC, held).decimal


def _alpaca_cash(alpaca: Books) -> str:
    return _sum(USD, [account["cash"] for account in alpaca["accounts"].values()]).decimal


def _positions(ours: Totals, alpaca: Books) -> Sequence[Comparison]:
    held: dict[str, list[str]] = {}
    for account in alpaca["accounts"].values():
        for symbol, quantity in account["positions"].items():
            held.setdefault(symbol, []).append(quantity)
    shares = {asset for role, asset in ours if role is Role.BROKER and asset.is_share}
    shares |= {Asset.share(symbol) for symbol in held}
    return [
        _line("Alpaca, positions", ours, Role.BROKER, asset, *held.get(asset.code, []))
        for asset in sorted(shares)
    ]


def _minted_and_held(books: Books) -> Comparison:
    """A check of the sandbox itself: its chains hold exactly what was minted on them."""
    chain = books["chain"]
    return Comparison(
        place="minted, and held on chain",
        asset=USDC,
        ours=_sum(USDC, list(chain["minted"].values())),
        theirs=_sum(USDC, list(chain["held"].values())),
    )
