"""Puts the answer of a request into the commit of its effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from domain.processes.decision import Record
from entrypoints.http.bodies import answer
from entrypoints.http.keys import DRAFT
from ports.receipts import Receipt, Sealing


def sealing(request: web.Request, *, view: Callable[..., Any], status: int) -> Sealing | None:
    """
    How to make the receipt of this request when its records are about to be committed.

    The receipt holds the very answer that the handler will give: ``view(*records)``.
    """
    if DRAFT not in request:
        return None
    draft = request[DRAFT]

    def seal(records: Sequence[Record]) -> Receipt:
        draft.is_sealed = True
        return draft.seal(answer(view(*records), status=status))

    return seal
