"""Finding transactions by a query, through the narrowest index that it allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.chain import address_key
from sandbox.circle.monitored_tokens import MonitoredTokens
from sandbox.circle.paging import Page, flag_of
from sandbox.circle.transaction import WAITING, Transaction
from sandbox.circle.transactions import Transactions
from sandbox.circle.wallet import Wallet


def find_transactions(
    transactions: Transactions,
    query: Mapping[str, str],
    *,
    page: Page,
    monitored: MonitoredTokens,
) -> list[Transaction]:
    """With ``includeAll``, also transactions in tokens that are not monitored."""
    asked = {name: value for name, value in query.items() if value}
    if "destinationAddress" in asked:
        asked["destinationAddress"] = address_key(asked["destinationAddress"])
    with_all = flag_of(query, "includeAll")
    wallet_ids = frozenset(filter(None, asked.get("walletIds", "").split(",")))

    def keep(transaction: Transaction) -> bool:
        is_theirs = not wallet_ids or transaction.wallet_id in wallet_ids
        is_shown = with_all or transaction.token_id is None or monitored.shows(transaction.token_id)
        return is_theirs and is_shown and _fits(transaction, asked)

    return transactions.store.page(page, tags=_tags(asked, sorted(wallet_ids)), keep=keep)


def lowest_nonce(transactions: Transactions, wallet: Wallet) -> Transaction | None:
    """The wallet's oldest transaction that is queued or broadcast and not confirmed."""
    found = transactions.store.page(
        Page(is_ascending=True, size=1),
        tags=[f"wallet:{wallet.id}"],
        keep=lambda each: each.state in WAITING,
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
        "operation": transaction.operation,
        "custodyType": "DEVELOPER",
    }
    return all(asked.get(name, value) == value for name, value in has.items())
