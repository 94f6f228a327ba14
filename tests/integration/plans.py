"""What a plan reads from end to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Node = Mapping[str, Any]


def scanned(plan: Node, *, above: str = "") -> set[str]:
    """The tables that the plan reads row by row, save for a look at the first rows of a limit."""
    found = set().union(*(scanned(below, above=plan["Node Type"]) for below in _below(plan)))
    if plan["Node Type"] == "Seq Scan" and (above != "Limit" or "Filter" in plan):
        found.add(plan["Relation Name"])
    return found


def _below(plan: Node) -> Sequence[Node]:
    nodes: Sequence[Node] = plan.get("Plans", ())
    return nodes
