"""A row of the route table."""

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
    ``needs_key`` says whether an idempotency key is required; with ``None`` the route accepts none.

    ``quota`` is what a call is counted against. By default a GET counts as a read, a change as money, or as
    authentication if the route has no caller. ``scope`` is what an API key must have; ``step_up`` requires
    a recent step-up of a person.
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
        """The methods of the route: with GET also HEAD."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    @quota.default
    def _quota(self) -> Quota:
        if self.method in {"GET", "HEAD"}:
            return Quota.READS
        return Quota.MONEY if self.access.needs_caller else Quota.AUTH

    @property
    def needs(self) -> Needs:
        return Needs(access=self.access, scope=self.scope, step_up=self.step_up)
