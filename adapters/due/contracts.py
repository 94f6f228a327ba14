"""Due's operations (due.md §1-§11). It has no idempotency keys; it keeps some things unique itself."""

from __future__ import annotations

from adapters.http.operation import Operation, OperationKind, by_name, reads

NO_EFFECT = "does nothing by itself"
SAME_STATE = "leads to the same state"

OPERATIONS = by_name(
    *reads(
        "list_accounts",
        "get_account",
        "list_wallets",
        "list_recipients",
        "get_transfer",
        "list_transfers",
        "get_virtual_account",
        "list_virtual_accounts",
        "list_webhook_endpoints",
    ),
    Operation(
        name="create_account",
        kind=OperationKind.WRITE,
        key="externalId",
        look_up="list_accounts: externalId",
        ambiguous=("err_account_external_id_conflict",),
    ),
    Operation(name="accept_tos", kind=OperationKind.WRITE, key=SAME_STATE),
    Operation(name="start_kyc", kind=OperationKind.WRITE, look_up="get_account: kyc"),
    Operation(
        name="create_wallet",
        kind=OperationKind.WRITE,
        key="address",
        look_up="list_wallets: address",
        ambiguous=("err_user_address_taken",),
    ),
    Operation(
        name="create_recipient",
        kind=OperationKind.WRITE,
        key="details",
        look_up="list_recipients: details",
        ambiguous=("err_recipient_already_exists",),
    ),
    Operation(name="quote", kind=OperationKind.WRITE, key=NO_EFFECT),
    Operation(name="create_transfer", kind=OperationKind.MONEY, look_up="list_transfers: memo"),
    # guess: a repeated request returns the same address.
    Operation(name="funding_address", kind=OperationKind.WRITE, key=SAME_STATE),
    Operation(
        name="create_virtual_account",
        kind=OperationKind.MONEY,
        look_up="list_virtual_accounts: reference",
    ),
    Operation(
        name="create_webhook_endpoint",
        kind=OperationKind.WRITE,
        key="url",
        look_up="list_webhook_endpoints: url",
        ambiguous=("409",),
    ),
    Operation(name="update_webhook_endpoint", kind=OperationKind.WRITE, key=SAME_STATE),
)
