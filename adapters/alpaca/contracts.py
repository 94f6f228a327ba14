"""Alpaca's operations (alpaca.md §1-§9). How long it remembers an idempotency key is unpublished."""

from __future__ import annotations

from adapters.http.operation import Operation, OperationKind, by_name, reads

QUIET_S = 300.0
"""guess: not published. How long Alpaca may still carry out or list a request; gateways wait minutes."""

OPERATIONS = by_name(
    *reads(
        "authenticate",
        "get_account",
        "search_accounts",
        "get_trading_account",
        "list_positions",
        "get_journal",
        "list_journals",
        "get_instant_funding",
        "list_instant_funding",
        "list_settlements",
        "list_recipient_banks",
        "list_transfers",
        "find_order",
        "get_order",
        "list_orders",
        "list_activities",
        "list_assets",
        "latest_trades",
        "alpaca.trades",
        "alpaca.journals",
        "alpaca.accounts",
    ),
    Operation(
        name="open_account",
        kind=OperationKind.WRITE,
        key="email_address",
        look_up="search_accounts: email_address",
        ambiguous=("409",),
    ),
    Operation(
        name="create_journal",
        kind=OperationKind.MONEY,
        key="Idempotency-Key",
        look_up="list_journals: description",
        quiet_s=QUIET_S,
    ),
    Operation(
        name="create_instant_funding",
        kind=OperationKind.MONEY,
        key="Idempotency-Key",
        look_up="list_instant_funding: account_no, amount",
    ),
    Operation(
        name="settle_instant_funding",
        kind=OperationKind.MONEY,
        look_up="list_settlements: status",
        quiet_s=QUIET_S,
    ),
    Operation(
        name="add_recipient_bank",
        kind=OperationKind.WRITE,
        look_up="list_recipient_banks: account_number, bank_code",
        quiet_s=QUIET_S,
    ),
    Operation(
        name="create_transfer",
        kind=OperationKind.MONEY,
        look_up="list_transfers: bank_id, amount, additional_information",
        quiet_s=QUIET_S,
    ),
    Operation(
        name="place_order",
        kind=OperationKind.MONEY,
        key="client_order_id",
        look_up="find_order: client_order_id",
        # guess: seen in third-party logs only (alpaca.md §7).
        ambiguous=("422 client_order_id must be unique",),
    ),
    Operation(
        name="cancel_order", kind=OperationKind.WRITE, key="cancelling twice is cancelling once"
    ),
)
