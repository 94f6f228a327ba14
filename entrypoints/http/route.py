"""A row of the URL table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
from aiohttp import web

from domain.accounts.roles import Scope
from entrypoints.http.access import Access, Needs
from entrypoints.http.contracts import Contract
from entrypoints.http.rate_limits import Quota


@attrs.frozen
class Route:
    """
    ``needs_key`` says whether an idempotency key is needed; ``None``: the route takes none.

    ``quota`` is what a call is counted against. Where a row does not say, looking is a read, and changing
    something is a matter of money, or of who somebody is before they have logged in. ``scope`` is what an
    API key needs to have; ``step_up`` asks a person for a fresh proof.
    """

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    contract: Contract
    access: Access = Access.CALLER
    needs_key: bool | None = None
    scope: Scope = Scope.READ
    step_up: bool = False
    quota: Quota = attrs.field()

    @property
    def methods(self) -> tuple[str, ...]:
        """What the address takes for this: whatever can be got can be looked at by its headers alone."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    @quota.default
    def _quota(self) -> Quota:
        if self.method in {"GET", "HEAD"}:
            return Quota.READS
        return Quota.MONEY if self.access.needs_caller else Quota.AUTH

    @property
    def needs(self) -> Needs:
        return Needs(access=self.access, scope=self.scope, step_up=self.step_up)
