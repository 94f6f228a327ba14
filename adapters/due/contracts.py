"""Due's operations (due.md §1-§11). It takes no idempotency keys; some things it keeps unique itself."""

from __future__ import annotations

from adapters.http.contract import Operation, Sort, by_name, reads

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
        sort=Sort.WRITE,
        key="externalId",
        look_up="list_accounts: externalId",
        ambiguous=("err_account_external_id_conflict",),
    ),
    Operation(name="accept_tos", sort=Sort.WRITE, key=SAME_STATE),
    Operation(name="start_kyc", sort=Sort.WRITE, look_up="get_account: kyc"),
    Operation(
        name="create_wallet",
        sort=Sort.WRITE,
        key="address",
        look_up="list_wallets: address",
        ambiguous=("err_user_address_taken",),
    ),
    Operation(
        name="create_recipient",
        sort=Sort.WRITE,
        key="details",
        look_up="list_recipients: details",
        ambiguous=("err_recipient_already_exists",),
    ),
    Operation(name="quote", sort=Sort.WRITE, key=NO_EFFECT),
    Operation(name="create_transfer", sort=Sort.MONEY, look_up="list_transfers: memo"),
    # guess: asking again gives the same address.
    Operation(name="funding_address", sort=Sort.WRITE, key=SAME_STATE),
    Operation(
        name="create_virtual_account",
        sort=Sort.MONEY,
        look_up="list_virtual_accounts: reference",
    ),
    Operation(
        name="create_webhook_endpoint",
        sort=Sort.WRITE,
        key="url",
        look_up="list_webhook_endpoints: url",
        ambiguous=("409",),
    ),
    Operation(name="update_webhook_endpoint", sort=Sort.WRITE, key=SAME_STATE),
)
