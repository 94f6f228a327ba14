"""Commits the response of a request together with its effect."""

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
    The response of a request: the ``view`` of the records that it changed.

    Under an idempotency key the response is made just before the commit, and its idempotency record is
    committed with the changes; the caller gets the same response.
    """

    def __init__(self, request: web.Request, *, view: Callable[..., Any], status: int) -> None:
        self._pending: PendingKey | None = request.get(PENDING_KEY)
        self._view = view
        self._status = status
        self._stored: web.Response | None = None

    @property
    def idempotency(self) -> MakeRecord | None:
        """The function that makes the idempotency record; ``None`` if the request has no key."""
        return self._make_record if self._pending else None

    def answer(self, *records: Process) -> web.Response:
        """The response that was committed, or one made now if the request has no key."""
        return self._stored or answer(self._view(*records), status=self._status)

    def _make_record(self, records: Sequence[Process]) -> IdempotencyRecord:
        if self._pending is None:
            raise AssertionError("only a request under a key has an idempotency record")
        self._stored = answer(self._view(*records), status=self._status)
        self._pending.is_recorded = True
        return self._pending.record(self._stored)
