"""Authorized calls to Due, and paged lists."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

import attrs
import orjson

from adapters.due import errors, wire
from adapters.due.contracts import OPERATIONS
from adapters.due.settings import PROVIDER, DueSettings
from adapters.http.message import Request, Response
from adapters.http.transport import Transport

T = TypeVar("T")

PAGE_SIZE = 100
PAGES_MAX = 20


@attrs.frozen(kw_only=True)
class Call:
    """One call; ``account_id`` is the account on whose behalf it is made."""

    operation: str
    method: str = "GET"
    path: str
    account_id: str | None = None
    params: Mapping[str, str] = attrs.field(factory=dict)
    document: Mapping[str, Any] | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Calls:
    """Builds requests and turns failures into ``ProviderError``."""

    transport: Transport
    settings: DueSettings

    async def fetch(self, call: Call, into: type[T]) -> T:
        """The body of a successful response. Raises ``ProviderError`` for any other."""
        request = self._request(call)
        response = await self.transport.send(request)
        if not response.ok:
            raise errors.failure(request, response)
        return _read(response, into, request=request)

    async def fetch_unless(self, expected: errors.Expected, call: Call, into: type[T]) -> T | None:
        """The body of a successful response, or None for an expected refusal."""
        request = self._request(call)
        response = await self.transport.send(request)
        if response.ok:
            return _read(response, into, request=request)
        if expected(errors.Refusal.of(response)):
            return None
        raise errors.failure(request, response)

    async def fetch_unless_there(self, call: Call, into: type[T]) -> T | None:
        """The body of a successful response, or None when Due says that the thing may exist already."""
        return await self.fetch_unless(errors.there(OPERATIONS[call.operation]), call, into)

    async def pages(self, call: Call, into: type[T]) -> AsyncIterator[T]:
        """
        Every item of a list, newest first where Due defines an order.

        Due returns lists as cursor pages or as plain arrays (due.md §1); both are read. A list of more
        than ``PAGES_MAX`` pages raises ``ProviderOutcomeUnknown``, so that an item beyond them is
        never taken for missing.
        """
        params = {**call.params, "limit": str(PAGE_SIZE), "order": "desc"}  # guess: order's values
        for _ in range(PAGES_MAX):
            page = await self.fetch(attrs.evolve(call, params=params), object)
            items = page.get("items", ()) if isinstance(page, dict) else page or ()
            for item in items if isinstance(items, list) else ():
                yield _structured(item, into, operation=call.operation)
            cursor = page.get("next") if isinstance(page, dict) else None
            if not cursor:
                return
            params = {**params, "next": str(cursor)}
        raise errors.unknown(f"the list is longer than {PAGES_MAX} pages", operation=call.operation)

    def _request(self, call: Call) -> Request:
        headers = {"Authorization": f"Bearer {self.settings.api_key}"}
        if call.account_id is not None:
            headers["Due-Account-Id"] = call.account_id
        if call.document is not None:
            headers["Content-Type"] = "application/json"
        return Request.of(
            OPERATIONS[call.operation],
            provider=PROVIDER,
            method=call.method,
            url=f"{self.settings.base_url}{call.path}",
            headers=headers,
            params=call.params,
            body=None if call.document is None else orjson.dumps(call.document),
        )


def _read(response: Response, into: type[T], *, request: Request) -> T:
    try:
        document = response.json()
    except ValueError as wrong:
        raise errors.unknown("the response is not JSON", operation=request.operation) from wrong
    return _structured(document, into, operation=request.operation)


def _structured(document: Any, into: type[T], *, operation: str) -> T:
    try:
        return wire.read(document, into)
    except ValueError as wrong:
        raise errors.unknown(str(wrong), operation=operation) from wrong
