"""
The API in a thread of its own, over a world in memory: an investor who has everything, an administrator,
and a withdrawal that waits for review.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import attrs
from aiohttp.test_utils import TestClient, TestServer

from domain.accounts.mfa import STEP_UP_LIFETIME
from domain.accounts.roles import Role
from domain.ids import ProcessId
from domain.processes.facts.accounts import SteppedUp
from entrypoints.http.app import create_app
from tests.component.investor import Investor
from tests.component.staff import afresh, identity_of, staff, stop
from tests.component.stub_app import LIMITS, SETTINGS
from tests.support.builders import SOMEWHERE
from tests.support.world import World

T = TypeVar("T")

CALL_LIMIT_S = 60.0
ADMIN_PATHS = "/v1/admin/"


@attrs.define
class LiveApi:
    """``known`` are the ids of things that exist, by the beginning of the path under which they do."""

    loop: asyncio.AbstractEventLoop
    investor: Investor
    administrator: Investor | None = None
    known: dict[str, str] = attrs.field(factory=dict)
    people: int = 1
    sent: int = 0
    answered: Counter[int] = attrs.field(factory=Counter)

    @property
    def url(self) -> str:
        return str(self.investor.client.make_url("")).rstrip("/")

    def headers(self, path: str) -> Mapping[str, str]:
        """Those of whoever the path is for."""
        if self.administrator and path.startswith(ADMIN_PATHS):
            return self.administrator.headers
        return self.investor.headers

    def settle(self) -> None:
        """Let the world move on, as it does beside the API."""
        self._run(self.investor.world.let_pass(20))

    def prove_freshly(self) -> None:
        """The investor's proof has become old; here is another."""
        until = self.investor.world.clock.now() + STEP_UP_LIFETIME
        session = ProcessId(self.known["/v1/auth/sessions"])
        self._run(self.investor.world.app.processes.apply(session, SteppedUp(until=until)))

    def log_in_administrator(self) -> None:
        """The session is over, or its proof old; here is another."""
        if self.administrator:
            self._run(afresh(self.administrator))

    def replace_investor(self) -> None:
        """Somebody new, when the last one can no longer call."""
        self.people += 1
        client, world = self.investor.client, self.investor.world
        self._run(self.fund(Investor(client, world, email=f"ada{self.people}@example.org")))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(CALL_LIMIT_S)

    async def hire(self) -> None:
        """Somebody who may do everything, and something for them to rule on."""
        self.administrator = await staff(self.investor, "root", Role.ADMIN)
        eve = Investor(self.investor.client, self.investor.world, email="eve@example.org")
        await eve.funded("500.00")
        sent = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
        withdrawal = await eve.post("/v1/withdrawals", sent)
        await stop(eve, withdrawal["id"], "debit:1")
        self.known |= {
            "/v1/admin/investors": await identity_of(eve),
            "/v1/admin/reviews": withdrawal["id"],
            "/v1/admin/trails": withdrawal["id"],
        }

    async def fund(self, investor: Investor) -> None:
        """Money, and one of everything that has an id."""
        await investor.funded("5000.00")
        post = investor.post
        (deposit,) = (await investor.get("/v1/deposits"))["items"]
        (session,) = (await investor.get("/v1/auth/sessions"))["items"]
        sent = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
        withdrawal = await post("/v1/withdrawals", sent)
        (address,) = (await investor.get("/v1/payout-addresses"))["items"]
        key = await post("/v1/api-keys", {"name": "Partner", "scopes": ["read"]})
        wish = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}
        order = await post("/v1/orders", wish)
        self.investor = investor
        self.known |= {
            "/v1/deposits": deposit["id"],
            "/v1/withdrawals": withdrawal["id"],
            "/v1/orders": order["id"],
            "/v1/trails": order["id"],
            "/v1/auth/sessions": session["id"],
            "/v1/payout-addresses": address["id"],
            "/v1/api-keys": key["id"],
            "/v1/baskets": "thirds",
            "/v1/assets": "AAPL",
        }


@contextmanager
def open_live_api() -> Iterator[LiveApi]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="api")
    thread.start()
    try:
        api, client = asyncio.run_coroutine_threadsafe(_open(loop), loop).result(CALL_LIMIT_S)
        try:
            yield api
        finally:
            asyncio.run_coroutine_threadsafe(client.close(), loop).result(CALL_LIMIT_S)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CALL_LIMIT_S)
        loop.close()


async def _open(loop: asyncio.AbstractEventLoop) -> tuple[LiveApi, Any]:
    world = World()
    app = create_app(world.app, probes=(), clock=world.clock, settings=SETTINGS, limits=LIMITS)
    client = TestClient(TestServer(app))
    await client.start_server()
    api = LiveApi(loop, Investor(client, world))
    await api.fund(api.investor)
    await api.hire()
    return api, client
