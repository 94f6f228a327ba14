"""Circle's operations (circle.md §3, §4). How long it remembers an idempotency key is unpublished."""

from __future__ import annotations

from adapters.http.operation import Operation, OperationKind, by_name, reads

KEY = "idempotencyKey"
QUIET_S = 300.0
"""guess: not published. How long Circle may still carry out or list a request; gateways wait minutes."""
NO_EFFECT = "does nothing by itself"

OPERATIONS = by_name(
    *reads(
        "get_entity_public_key",
        "list_wallet_sets",
        "find_wallets",
        "get_wallet",
        "get_balances",
        "get_transaction",
        "list_transactions",
        "get_signing_key",
        "list_subscriptions",
    ),
    Operation(
        name="create_wallet_set",
        kind=OperationKind.WRITE,
        key=KEY,
        look_up="list_wallet_sets: name",
    ),
    Operation(
        name="create_wallets", kind=OperationKind.WRITE, key=KEY, look_up="find_wallets: refId"
    ),
    Operation(name="derive_wallet", kind=OperationKind.WRITE, key="leads to the same state"),
    Operation(
        name="transfer",
        kind=OperationKind.MONEY,
        key=KEY,
        look_up="list_transactions: refId",
        quiet_s=QUIET_S,
    ),
    Operation(
        name="accelerate", kind=OperationKind.WRITE, key=KEY, look_up="get_transaction: state"
    ),
    Operation(name="screen_address", kind=OperationKind.WRITE, key=NO_EFFECT),
    # A second subscription sends each message twice, which does no harm.
    Operation(
        name="subscribe",
        kind=OperationKind.WRITE,
        look_up="list_subscriptions: endpoint",
        quiet_s=0.0,
    ),
)
