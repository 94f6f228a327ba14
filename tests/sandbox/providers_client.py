"""An investor's money at all providers, over HTTP alone, for tests of restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import orjson
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.app import create_app
from sandbox.chain import FAUCET
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.settings import SandboxSettings
from tests.sandbox.circle_customer import AMOY, CircleCustomer
from tests.sandbox.circle_inbox import Message
from tests.sandbox.due_customer import BANK
from tests.sandbox.local_alpaca import application
from tests.support.waiting import LIMIT_S

FIRM = AlpacaSandboxSettings().firm_account_id
JOURNAL = "/alpaca/v1/journals"


@attrs.define(kw_only=True)
class ProvidersClient:
    """Calls every provider; the clock is stopped and moves by ``advance``."""

    url: str
    http: aiohttp.ClientSession

    @property
    def circle(self) -> CircleCustomer:
        return CircleCustomer(url=f"{self.url}/circle", http=self.http)

    async def call(
        self, method: str, path: str, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The body of a successful answer."""
        authorization = aiohttp.encode_basic_auth("key", "secret")
        if path.startswith("/due"):
            authorization = "Bearer key"
        sent = {"Authorization": authorization, **(headers or {})}
        async with self.http.request(method, self.url + path, json=json, headers=sent) as response:
            body = orjson.loads(await response.read())
            assert response.status in {200, 201}, body
            return body

    async def advance(self, seconds: float) -> None:
        await self.call("POST", "/sandbox/clock", {"advance_s": seconds})

    async def send(self, destination: str, amount: str, *, source: str = FAUCET) -> None:
        """Send USDC on chain, until it is final."""
        body = {"blockchain": AMOY, "source": source, "destination": destination, "amount": amount}
        await self.call("POST", "/sandbox/chain/transfers", body)
        await self.advance(10)

    async def books(self) -> Any:
        return await self.call("GET", "/sandbox/books")

    async def investor(self) -> str:
        """An account at the broker that may trade."""
        account = await self.call("POST", "/alpaca/v1/accounts", application("ada@example.org"))
        await self.advance(10)
        return str(account["id"])

    async def due_account(self) -> dict[str, str]:
        """The header of a customer of Due who may move money."""
        body = {"type": "individual", "name": "Ann Lee", "email": "a@b.c", "country": "US"}
        account = await self.call("POST", "/due/v1/accounts", body)
        token = account["tos"]["token"]
        await self.call("POST", f"/due/v1/tos/{token}", {"ipAddress": "203.0.113.9"})
        await self.advance(10)
        return {"Due-Account-Id": account["id"]}

    async def offramp(self, due: Mapping[str, str], payer: str, amount: str) -> tuple[str, str]:
        """A transfer to the broker that awaits funds, and its deposit address."""
        source = {"rail": "polygon", "currency": "USDC", "amount": amount}
        destination = {"rail": "ach", "currency": "USD", "amount": "0"}
        quote = {"source": source, "destination": destination}
        recipient = {"name": "Firm", "details": BANK, "isExternal": True}
        body = {
            "quote": (await self._due(due, "transfers/quote", quote))["token"],
            "sender": (await self._due(due, "wallets", {"address": f"evm:{payer}"}))["id"],
            "recipient": (await self._due(due, "recipients", recipient))["id"],
        }
        transfer = await self._due(due, "transfers", body)
        funding = await self._due(due, f"transfers/{transfer['id']}/funding_address", None)
        return transfer["id"], funding["details"]["address"]

    async def _due(self, due: Mapping[str, str], path: str, body: Any) -> Any:
        return await self.call("POST", f"/due/v1/{path}", body, headers=due)

    async def journal(self, account: str, amount: str, *, key: str) -> Any:
        body = {"entry_type": "JNLC", "from_account": FIRM, "to_account": account, "amount": amount}
        return await self.call("POST", JOURNAL, body, headers={"Idempotency-Key": key})

    async def trade_events(self, count: int, **since: str) -> list[Any]:
        """The first ``count`` events that the broker's stream has."""
        headers = {"Authorization": aiohttp.encode_basic_auth("key", "secret")}
        path, found = f"{self.url}/alpaca/v2/events/trades", list[Any]()
        async with (
            asyncio.timeout(LIMIT_S),
            self.http.get(path, headers=headers, params=since) as response,
        ):
            while len(found) < count:
                line = await response.content.readline()
                if line.startswith(b"data: "):
                    found.append(orjson.loads(line.removeprefix(b"data: ")))
        return found


@asynccontextmanager
async def open_sandbox(state: Path | None, **settings: Any) -> AsyncIterator[ProvidersClient]:
    """A sandbox with its clock stopped; leaving the context is a clean stop."""
    chosen = SandboxSettings(
        speed=0, state=state, circle=CircleSandboxSettings(rsa_bits=1024), **settings
    )
    server = TestServer(create_app(chosen))
    await server.start_server()
    try:
        async with aiohttp.ClientSession() as http:
            yield ProvidersClient(url=str(server.make_url("")).rstrip("/"), http=http)
    finally:
        await server.close()


def assert_conserved(books: Any) -> None:
    """No provider made or lost a cent."""
    alpaca, due = books["alpaca"], books["due"]
    cash = sum(Decimal(account["cash"]) for account in alpaca["accounts"].values())
    assert cash + Decimal(alpaca["exchange"]["cash"]) == (
        Decimal(alpaca["deposited"]) - Decimal(alpaca["withdrawn"])
    )
    assert Decimal(alpaca["deposited"]) == Decimal(due["usd"]["paid_out"])
    assert books["chain"]["minted"] == books["chain"]["held"]
    assert books["bank"]["in_flight"] == []


def opened_by_due(messages: list[Message], public_key_pem: str) -> list[Any]:
    """Due's events among ``messages``; raises when one was not signed with the key."""
    key = load_pem_public_key(public_key_pem.encode())
    assert isinstance(key, Ed25519PublicKey)
    mine = [each for each in messages if "X-Webhook-Signature" in each.headers]
    for each in mine:
        key.verify(bytes.fromhex(each.headers["X-Webhook-Signature"]), each.raw)
    return [each.body for each in mine]
