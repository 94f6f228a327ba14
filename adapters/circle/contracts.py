"""Circle's operations (circle.md §3, §4). How long it remembers a key is not published."""

from __future__ import annotations

from adapters.http.contract import Operation, Sort, by_name, reads

KEY = "idempotencyKey"

OPERATIONS = by_name(
    *reads(
        "get_entity_public_key",
        "list_wallet_sets",
        "find_wallets",
        "get_balances",
        "get_transaction",
        "list_transactions",
        "get_signing_key",
        "list_subscriptions",
    ),
    Operation(name="create_wallet_set", sort=Sort.WRITE, key=KEY, look_up="list_wallet_sets: name"),
    Operation(name="create_wallets", sort=Sort.WRITE, key=KEY, look_up="find_wallets: refId"),
    Operation(name="transfer", sort=Sort.MONEY, key=KEY, look_up="list_transactions: refId"),
    Operation(name="accelerate", sort=Sort.WRITE, key=KEY, look_up="get_transaction: state"),
    Operation(name="subscribe", sort=Sort.WRITE, look_up="list_subscriptions: endpoint"),
)
