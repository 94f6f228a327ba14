"""
Prints the effect contract of each operation, as the pages of the integrations show it.

``python -m scripts.effect_contracts due`` prints one provider's table; the tests compare the pages with it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from adapters.alpaca.contracts import OPERATIONS as ALPACA
from adapters.circle.contracts import OPERATIONS as CIRCLE
from adapters.due.contracts import OPERATIONS as DUE
from adapters.harbor.contracts import OPERATIONS as HARBOR
from adapters.http.operation import Operation, OperationKind

PROVIDERS: Mapping[str, Mapping[str, Operation]] = {
    "alpaca": ALPACA,
    "circle": CIRCLE,
    "due": DUE,
    "harbor": HARBOR,
}
HEAD = (
    "| Operation | Sort | Harmless to repeat by | Remembered | Found again by | May be there already |",
    "|---|---|---|---|---|---|",
)


def table(operations: Mapping[str, Operation]) -> str:
    """The operations that are not reads, in the order of the provider's table."""
    acting = [each for each in operations.values() if each.kind is not OperationKind.READ]
    return "\n".join([*HEAD, *(_row(each) for each in acting)])


def _row(operation: Operation) -> str:
    remembered = "-"
    if operation.key and operation.look_up:
        window_s = operation.window_s
        remembered = "not published" if window_s is None else f"{window_s:g} s"
    cells = (
        f"`{operation.name}`",
        operation.kind.value,
        operation.key or "nothing",
        remembered,
        operation.look_up or "-",
        ", ".join(f"`{each}`" for each in operation.ambiguous) or "-",
    )
    return f"| {' | '.join(cells)} |"


def main() -> int:
    for name in sys.argv[1:] or PROVIDERS:
        print(table(PROVIDERS[name]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
