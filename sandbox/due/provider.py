"""Due's API over HTTP."""

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
from sandbox.due.routes.table import Route
from sandbox.due.routes.transfers import Conversions
from sandbox.due.routes.virtual_accounts import VirtualAccountRoutes
from sandbox.due.routes.wallets_and_recipients import WalletsAndRecipients
from sandbox.due.routes.webhooks import Subscriptions
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.transfers import Transfers
from sandbox.limiter import Limiter
from sandbox.world import World

MINUTE_S = 60.0


class DueSandbox:
    """Due as described in due.md, in memory."""

    def __init__(self, *, world: World, settings: DueSandboxSettings) -> None:
        self._settings = settings
        self._components = open_components(world=world, settings=settings)
        self._limiter = Limiter(limit=settings.rate_limit, window_s=MINUTE_S)

    def routes(self) -> list[web.RouteDef]:
        """Every path with and without a trailing slash, since Due's documents have both."""
        auth = Auth(accounts=self._components.accounts, keys=self._components.keys)
        return [each for route in self.table() for each in self._serve(auth, route)]

    def _serve(self, auth: Auth, route: Route) -> list[web.RouteDef]:
        limiter = self._limiter
        if route.per_minute is not None:
            limiter = Limiter(limit=route.per_minute, window_s=MINUTE_S)
        handler = auth.serve(route.function, limiter=limiter, is_keyed=route.is_keyed)
        return [web.route(route.method, path, handler) for path in (route.path, f"{route.path}/")]

    def middlewares(self) -> list[Middleware]:
        return [error_middleware(duplicates=self._settings.error_duplicates)]

    @property
    def transfers(self) -> Transfers:
        return self._components.transfers

    def books(self) -> dict[str, object]:
        return self._components.books()

    def table(self) -> list[Route]:
        """Every endpoint, once."""
        components = self._components
        return [
            *Onboarding(components.accounts, components.submissions).routes(),
            *Checks(components).routes(),
            *ForeignExchange(components.exchange).routes(),
            *Keyring(components.keys).routes(),
            *WalletsAndRecipients(components.wallets, components.recipients).routes(),
            *Conversions(components).routes(),
            *VirtualAccountRoutes(components.virtual_accounts).routes(),
            *Subscriptions(components.endpoints, components.publisher).routes(),
            *Commands(components).routes(),
        ]
