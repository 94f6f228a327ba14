"""Harbor's operations (harbor.md). It documents that it remembers every reference permanently."""

from __future__ import annotations

from adapters.http.operation import Operation, OperationKind, by_name, reads

FOR_EVER_S = 100 * 365 * 86_400.0

OPERATIONS = by_name(
    *reads("get_customer", "get_transfer", "find_transfer"),
    Operation(
        name="create_customer", kind=OperationKind.WRITE, key="reference", window_s=FOR_EVER_S
    ),
    Operation(name="link_wallet", kind=OperationKind.WRITE, key="leads to the same state"),
    Operation(name="quote", kind=OperationKind.WRITE, key="does nothing by itself"),
    Operation(
        name="create_transfer",
        kind=OperationKind.MONEY,
        key="reference",
        window_s=FOR_EVER_S,
        look_up="find_transfer: reference",
    ),
    Operation(name="subscribe", kind=OperationKind.WRITE, key="leads to the same state"),
)
