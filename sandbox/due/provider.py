"""Due's API on the wire, as the sandbox's shell mounts it."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.due.auth import Auth
from sandbox.due.components import open_components
from sandbox.due.envelope import error_middleware
from sandbox.due.routes.checks import Checks
from sandbox.due.routes.commands import Commands
from sandbox.due.routes.fx import ForeignExchange
from sandbox.due.routes.keyring import Keyring
from sandbox.due.routes.onboarding import Onboarding
from sandbox.due.routes.parties import WalletsAndRecipients
from sandbox.due.routes.table import Route
from sandbox.due.routes.transfers import Conversions
from sandbox.due.routes.virtual_accounts import StandingInstructions
from sandbox.due.routes.webhooks import Subscriptions
from sandbox.due.settings import DueSandboxSettings
from sandbox.limiter import Limiter
from sandbox.world import World

MINUTE_S = 60.0


class DueSandbox:
    """Due, as far as due.md describes it, in one process and in memory."""

    def __init__(self, *, world: World, settings: DueSandboxSettings) -> None:
        self._settings = settings
        self._office = open_components(world=world, settings=settings)
        self._limiter = Limiter(limit=settings.rate_limit, window_s=MINUTE_S)

    def routes(self) -> list[web.RouteDef]:
        """Every path with and without a slash at its end, as Due's documents have both."""
        gate = Auth(accounts=self._office.accounts, keys=self._office.keys)
        return [each for route in self.table() for each in self._serve(gate, route)]

    def _serve(self, gate: Auth, route: Route) -> list[web.RouteDef]:
        limiter = self._limiter
        if route.per_minute is not None:
            limiter = Limiter(limit=route.per_minute, window_s=MINUTE_S)
        handler = gate.serve(route.function, limiter=limiter, is_keyed=route.is_keyed)
        return [web.route(route.method, path, handler) for path in (route.path, f"{route.path}/")]

    def middlewares(self) -> list[Middleware]:
        return [error_middleware(duplicates=self._settings.error_duplicates)]

    def books(self) -> dict[str, object]:
        return self._office.books()

    def table(self) -> list[Route]:
        """Every endpoint there is, once."""
        office = self._office
        return [
            *Onboarding(office.accounts, office.submissions).routes(),
            *Checks(office).routes(),
            *ForeignExchange(office.exchange).routes(),
            *Keyring(office.keys).routes(),
            *WalletsAndRecipients(office.wallets, office.recipients).routes(),
            *Conversions(office).routes(),
            *StandingInstructions(office.virtual_accounts).routes(),
            *Subscriptions(office.endpoints, office.publisher).routes(),
            *Commands(office).routes(),
        ]
