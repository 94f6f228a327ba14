"""Our books against everybody else's: the chain, Circle, Due and Alpaca, as the sandbox shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.services.reconciliation import Comparison
from entrypoints.application import Application

Books = Mapping[str, Any]


async def compare(application: Application, books: Books) -> Sequence[Comparison]:
    """Every asset at every place. ``books`` is the sandbox's ``/sandbox/books``."""
    return []
