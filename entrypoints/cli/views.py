"""Trails and balances as the terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.ids import InvestorId
from domain.processes.decision import Process
from domain.processes.kinds import kind_of
from ports.ledger import Ledger
from ports.processes import TrailLine


def trail_document(record: Process, lines: Sequence[TrailLine]) -> dict[str, Any]:
    """The same shape as the API's ``/v1/trails/{id}``."""
    return {
        "id": record.id,
        "kind": kind_of(record).lower(),
        "stage": record.stage.value,
        "lines": [
            {
                "at": line.at.isoformat(),
                "kind": line.kind,
                "title": line.title,
                "detail": dict(line.detail),
            }
            for line in lines
        ],
    }


async def balance_lines(ledger: Ledger, owner: InvestorId | None) -> Sequence[str]:
    """One line for each account of ``owner``, or for each role and asset over all owners."""
    if owner is not None:
        return [
            f"{money.decimal:>20} {account}"
            for account, money in (await ledger.balances(owner)).items()
        ]
    totals = await ledger.totals()
    return [
        f"{money.decimal:>20} {asset.code:<8} {role.value}"
        for (role, asset), money in totals.items()
    ]
