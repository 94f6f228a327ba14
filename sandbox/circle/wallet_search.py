"""Finding wallets by a query, through the narrowest index that it allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.chain import address_key
from sandbox.circle.paging import Page
from sandbox.circle.wallet import Wallet
from sandbox.circle.wallets import Wallets

# The narrowest first: the first of these in the query chooses the index.
_INDEXES = {"address": "address", "refId": "ref", "walletSetId": "set", "blockchain": "chain"}


def find_wallets(
    wallets: Wallets,
    query: Mapping[str, str],
    *,
    page: Page,
    keep: Callable[[Wallet], bool] = lambda _: True,
) -> list[Wallet]:
    """One page of the wallets that match the query and pass ``keep``."""
    asked = {name: value for name, value in query.items() if value}
    if "address" in asked:
        asked["address"] = address_key(asked["address"])
    tags = [f"{prefix}:{asked[name]}" for name, prefix in _INDEXES.items() if name in asked]
    return wallets.store.page(
        page, tags=tags[:1] or None, keep=lambda each: _fits(each, asked) and keep(each)
    )


def _fits(wallet: Wallet, asked: Mapping[str, str]) -> bool:
    has = {
        "address": address_key(wallet.address),
        "refId": wallet.ref_id,
        "walletSetId": wallet.wallet_set_id,
        "blockchain": wallet.blockchain,
        "scaCore": wallet.core,
    }
    return all(asked.get(name, value) == value for name, value in has.items())
