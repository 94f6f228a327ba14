"""Puts the answer of a request into the commit of its effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from domain.processes.decision import Process
from entrypoints.http.app_keys import PENDING_KEY
from entrypoints.http.bodies import answer
from entrypoints.http.idempotency import PendingKey
from ports.idempotency import IdempotencyRecord, MakeRecord


class StoredResponse:
    """
    What a request comes to: an answer, which is the ``view`` of the records it changed.

    Under a key the answer is made while the records are about to be committed, and its receipt is
    committed with them; the caller gets that very answer.
    """

    def __init__(self, request: web.Request, *, view: Callable[..., Any], status: int) -> None:
        self._pending: PendingKey | None = request.get(PENDING_KEY)
        self._view = view
        self._status = status
        self._sealed: web.Response | None = None

    @property
    def idempotency(self) -> MakeRecord | None:
        """How to make the receipt; ``None`` when the request has no key."""
        return self._seal if self._pending else None

    def answer(self, *records: Process) -> web.Response:
        """The answer that was sealed, or else one made now."""
        return self._sealed or answer(self._view(*records), status=self._status)

    def _seal(self, records: Sequence[Process]) -> IdempotencyRecord:
        if self._pending is None:
            raise AssertionError("only a request under a key has a receipt")
        self._sealed = answer(self._view(*records), status=self._status)
        self._pending.is_sealed = True
        return self._pending.seal(self._sealed)
