"""Due's operations (due.md §1-§11). It has no idempotency keys; it keeps some things unique itself."""

from __future__ import annotations

from adapters.due.settings import PROVIDER
from adapters.http.operation import Operation, OperationKind, by_name, reads
from ports.fence import Fence

QUOTED_S = 120.0
"""A transfer uses up a quote, which is valid for two minutes (due.md §1, §7)."""
LISTED_S = 60.0
"""guess: not published. How long after it was made a transfer may not be listed yet."""
QUIET_S = 300.0
"""guess: not published. How long Due may still carry out or list a request; gateways wait minutes."""

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
    # A second check of the same account does no harm.
    Operation(name="start_kyc", kind=OperationKind.WRITE, look_up="get_account: kyc", quiet_s=0.0),
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
    Operation(
        name="create_transfer",
        kind=OperationKind.MONEY,
        look_up="list_transfers: memo",
        quiet_s=QUOTED_S + LISTED_S,
    ),
    # guess: a repeated request returns the same address.
    Operation(name="funding_address", kind=OperationKind.WRITE, key=SAME_STATE),
    Operation(
        name="create_virtual_account",
        kind=OperationKind.MONEY,
        look_up="list_virtual_accounts: reference",
        quiet_s=QUIET_S,
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


def require_quiet(fence: Fence, operation: str) -> None:
    """Raises ``ProviderOutcomeUnknown`` until a look-up that found nothing can be believed."""
    quiet_s = OPERATIONS[operation].quiet_s or 0.0
    fence.require_quiet(quiet_s, provider=PROVIDER, operation=operation)
