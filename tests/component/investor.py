"""An investor at the API's door, in a world where everything is in memory."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import attrs
from aiohttp import web
from aiohttp.test_utils import TestClient

from domain.ids import ProcessId, Reference
from domain.wallets.chain import Chain
from tests.support.builders import SOMEWHERE, usdc
from tests.support.world import World

Client = TestClient[web.Request, web.Application]

PASSWORD = "correct horse battery"
PASSCODE = "271828"
PROFILE = {
    "given_name": "Ada",
    "family_name": "Byron",
    "date_of_birth": "1990-12-10",
    "phone": "+15556667788",
    "street": "20 N San Mateo Dr",
    "city": "San Mateo",
    "state": "CA",
    "postal_code": "94401",
    "country": "USA",
    "tax_id": "666-55-4321",
    "agreements": True,
}
CODE_LASTS_S = 30
APPROVAL_TAKES_S = 120
SETTLEMENT_TAKES_S = 120


@attrs.define
class Investor:
    """Calls as one person; an answer is its status and its JSON."""

    client: Client
    world: World
    email: str = "ada@example.org"
    headers: dict[str, str] = attrs.field(factory=dict)
    refresh_token: str = ""
    secret: str = ""
    recovery_codes: Sequence[str] = ()

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Idempotency-Key": secrets.token_hex(8), **self.headers}
        response = await self.client.request(method, path, json=body, headers=headers)
        return response.status, await response.json(content_type=None)

    async def get(self, path: str) -> Any:
        status, body = await self.ask("GET", path)
        assert status == 200, body
        return body

    async def post(self, path: str, body: Any) -> Any:
        status, answer = await self.ask("POST", path, body)
        assert status in {200, 201, 202}, answer
        return answer

    async def refused(
        self, method: str, path: str, body: Any = None
    ) -> tuple[int, str, str | None]:
        """The status, the code and the field of a refusal."""
        status, problem = await self.ask(method, path, body)
        field = problem["errors"][0]["field"] if problem["errors"] else None
        return status, problem["code"], field

    async def logged_in(self) -> Investor:
        credentials = {"email": self.email, "password": PASSWORD}
        await self.registered(credentials)
        self.take(await self.post("/v1/auth/login", credentials))
        return self

    async def registered(self, credentials: Any) -> Any:
        """An account, once the letter has come and its token was shown."""
        await self.post("/v1/auth/register", credentials)
        await self.world.run_jobs()
        token = self.world.token_to(credentials["email"])
        shown = {"token": token, "password": credentials["password"]}
        return await self.post("/v1/auth/verify", shown)

    def take(self, tokens: Any) -> None:
        """Use these tokens from now on."""
        self.headers["Authorization"] = f"{tokens['token_type']} {tokens['access_token']}"
        self.refresh_token = tokens["refresh_token"]

    async def onboarded(self) -> Investor:
        await (await self.logged_in()).post("/v1/onboarding", PROFILE)
        await self.world.let_pass(APPROVAL_TAKES_S)
        return self

    async def with_wallet(self) -> Investor:
        await self.world.app.wallets.ensure_treasury([Chain.POLYGON])
        await (await self.onboarded()).post("/v1/wallets", {"chain": "polygon"})
        await self.world.run_jobs()
        return self

    async def protected(self) -> Investor:
        """With a passcode and an authenticator; nothing is proven yet."""
        await self.put("/v1/auth/passcode", {"password": PASSWORD, "passcode": PASSCODE})
        offer = await self.post("/v1/auth/authenticator", {"password": PASSWORD})
        self.secret = offer["secret"]
        shown = {"code": self.shown()}
        confirmed = await self.post("/v1/auth/authenticator/confirm", shown)
        self.recovery_codes = confirmed["recovery_codes"]
        return self

    def shown(self) -> str:
        """What the authenticator shows."""
        return self.world.codes.shown(self.secret, at=self.world.clock.now())

    async def stepped_up(self) -> Investor:
        """Freshly proven, with a code that was not used yet."""
        self.world.clock.advance(CODE_LASTS_S)
        await self.post("/v1/auth/step-up", {"passcode": PASSCODE, "code": self.shown()})
        return self

    async def put(self, path: str, body: Any) -> None:
        status, answer = await self.ask("PUT", path, body)
        assert status == 204, answer

    async def funded(self, amount: str = "250.00") -> Investor:
        await self.with_wallet()
        deposit = await self.post("/v1/deposits", {"chain": "polygon", "amount": amount})
        await self.arrive(deposit["address"], amount)
        await (await self.protected()).stepped_up()
        return await self.may_withdraw_to(SOMEWHERE)

    async def may_withdraw_to(self, address: str, *, chain: str = "polygon") -> Investor:
        """With the address saved, by somebody who has stepped up."""
        body = {"chain": chain, "address": address, "label": "Cold wallet"}
        await self.post("/v1/payout-addresses", body)
        return self

    async def arrive(self, address: str, amount: str) -> None:
        """USDC arrives at the address, and is all the way through."""
        self.world.custodian.receive_usdc(address, usdc(amount))
        await self.world.app.feeds.poll_inbound()
        await self.world.let_pass(SETTLEMENT_TAKES_S)

    async def fill(self, order_id: str) -> None:
        """The exchange fills all of the order and says so."""
        await self.world.run_jobs()
        report = self.world.exchange.fill(Reference(f"{order_id}:order:1"))
        await self.world.app.processes.apply(ProcessId(order_id), report)
        await self.world.run_jobs()

    async def bought(self, quantity: str, *, symbol: str = "AAPL", limit: str = "500") -> None:
        """Owns shares, at the market's price; market data is not asked for it."""
        terms = {"symbol": symbol, "side": "buy", "type": "limit", "limit_price": limit}
        order = await self.post("/v1/orders", terms | {"quantity": quantity})
        await self.fill(order["id"])

    async def back_again(self) -> None:
        """Logs in once more."""
        credentials = {"email": self.email, "password": PASSWORD}
        self.take(await self.post("/v1/auth/login", credentials))
