"""Due's API on the wire, as the sandbox's shell mounts it."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Middleware

from entrypoints.sandbox.due.envelope import error_middleware
from entrypoints.sandbox.due.gate import Gate
from entrypoints.sandbox.due.office import open_office
from entrypoints.sandbox.due.routes.commands import Commands
from entrypoints.sandbox.due.routes.onboarding import Onboarding
from entrypoints.sandbox.due.routes.parties import WalletsAndRecipients
from entrypoints.sandbox.due.routes.table import Route
from entrypoints.sandbox.due.routes.transfers import Conversions
from entrypoints.sandbox.due.routes.virtual_accounts import StandingInstructions
from entrypoints.sandbox.due.routes.webhooks import Subscriptions
from entrypoints.sandbox.due.settings import DueSandboxSettings
from entrypoints.sandbox.world import World


class DueSandbox:
    """Due, as far as due.md describes it, in one process and in memory."""

    def __init__(self, *, world: World, settings: DueSandboxSettings) -> None:
        self._settings = settings
        self._office = open_office(world=world, settings=settings)

    def routes(self) -> list[web.RouteDef]:
        """Every path with and without a slash at its end, as Due's documents have both."""
        gate = Gate(accounts=self._office.accounts, api_keys=frozenset(self._settings.api_keys))
        return [
            web.route(route.method, path, gate.serve(route.function, is_keyed=route.is_keyed))
            for route in self._table()
            for path in (route.path, f"{route.path}/")
        ]

    def middlewares(self) -> list[Middleware]:
        return [error_middleware(duplicates=self._settings.error_duplicates)]

    def books(self) -> dict[str, object]:
        return self._office.books()

    def _table(self) -> list[Route]:
        office = self._office
        return [
            *Onboarding(office.accounts).routes(),
            *WalletsAndRecipients(office.wallets, office.recipients).routes(),
            *Conversions(office).routes(),
            *StandingInstructions(office.virtual_accounts).routes(),
            *Subscriptions(office.endpoints, office.publisher).routes(),
            *Commands(office).routes(),
        ]
