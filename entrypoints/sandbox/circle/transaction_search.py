"""Finding transactions by what a query names, through the narrowest index it allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from entrypoints.sandbox.chain import address_key
from entrypoints.sandbox.circle.paging import Page
from entrypoints.sandbox.circle.transaction import ACCELERABLE, Transaction
from entrypoints.sandbox.circle.transactions import Transactions
from entrypoints.sandbox.circle.wallet import Wallet


def find_transactions(
    transactions: Transactions, query: Mapping[str, str], *, page: Page
) -> list[Transaction]:
    asked = {name: value for name, value in query.items() if value}
    if "destinationAddress" in asked:
        asked["destinationAddress"] = address_key(asked["destinationAddress"])
    wallet_ids = frozenset(filter(None, asked.get("walletIds", "").split(",")))

    def keep(transaction: Transaction) -> bool:
        is_theirs = not wallet_ids or transaction.wallet_id in wallet_ids
        return is_theirs and _fits(transaction, asked)

    return transactions.shelf.page(page, tags=_tags(asked, sorted(wallet_ids)), keep=keep)


def oldest_on_chain(transactions: Transactions, wallet: Wallet) -> Transaction | None:
    """The wallet's oldest payout that waits to be confirmed."""
    found = transactions.shelf.page(
        Page(is_ascending=True, size=1),
        tags=[f"wallet:{wallet.id}"],
        keep=lambda each: each.state in ACCELERABLE,
    )
    return found[0] if found else None


def _tags(asked: Mapping[str, str], wallet_ids: Sequence[str]) -> list[str] | None:
    if "txHash" in asked:
        return [f"hash:{asked['txHash']}"]
    if wallet_ids:
        return [f"wallet:{wallet_id}" for wallet_id in wallet_ids]
    if "destinationAddress" in asked:
        return [f"to:{asked['destinationAddress']}"]
    return None


def _fits(transaction: Transaction, asked: Mapping[str, str]) -> bool:
    has = {
        "txHash": transaction.tx_hash,
        "destinationAddress": address_key(transaction.destination),
        "state": transaction.state,
        "txType": transaction.transaction_type,
        "blockchain": transaction.blockchain,
        "operation": "TRANSFER",
        "custodyType": "DEVELOPER",
    }
    return all(asked.get(name, value) == value for name, value in has.items())
