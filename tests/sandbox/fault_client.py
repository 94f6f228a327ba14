"""A client that switches on faults over the sandbox's API and reports their effects."""

from __future__ import annotations

from typing import Any

import aiohttp
import attrs

from tests.sandbox.providers_client import FIRM, JOURNAL, ProvidersClient


@attrs.frozen
class Answer:
    """A status, 0 when the connection broke; the body if it was JSON."""

    status: int
    body: Any = None
    retry_after: str | None = None


@attrs.frozen
class FaultClient:
    """Calls that change faults, and calls that may fail, beside those of ``providers``."""

    providers: ProvidersClient

    async def control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = f"{self.providers.url}/sandbox{path}"
        async with self.providers.http.request(method, url, json=body) as response:
            return response.status, await response.json()

    async def switch_on(self, use: str, **changes: Any) -> None:
        status, answer = await self.control("POST", "/faults", {"use": use, **changes})
        assert status == 201, answer

    async def fired(self, name: str) -> int:
        _, active = await self.control("GET", f"/faults/{name}")
        return int(active["fired"])

    async def journal(self, account: str, *, amount: str = "1", key: str = "key") -> Answer:
        body = {"entry_type": "JNLC", "from_account": FIRM, "to_account": account, "amount": amount}
        return await self.post(JOURNAL, body, {"Idempotency-Key": key})

    async def post(self, path: str, body: Any, headers: Any = None) -> Answer:
        sent = {"Authorization": aiohttp.encode_basic_auth("key", "secret"), **(headers or {})}
        url = self.providers.url + path
        try:
            async with self.providers.http.post(url, json=body, headers=sent) as response:
                status, wait = response.status, response.headers.get("Retry-After")
                try:
                    return Answer(status, await response.json(), wait)
                except ValueError:
                    return Answer(status, None, wait)
        except aiohttp.ClientConnectionError:
            return Answer(0)

    async def status_of(self, path: str) -> int:
        sent = {"Authorization": aiohttp.encode_basic_auth("key", "secret")}
        async with self.providers.http.get(self.providers.url + path, headers=sent) as response:
            return response.status

    async def journals(self) -> list[Any]:
        found: list[Any] = (await self.providers.books())["alpaca"]["journals"]
        return found

    async def fill_firm(self) -> None:
        """Give the firm dollars of its own."""
        account = f"/alpaca/v1/accounts/{FIRM}"
        bank = {
            "account_owner_name": "Firm",
            "bank_account_type": "CHECKING",
            "bank_account_number": "1234567",
            "bank_routing_number": "026009593",
        }
        link = await self.providers.call("POST", f"{account}/ach_relationships", bank)
        order = {"transfer_type": "ach", "relationship_id": link["id"], "amount": "1000"}
        await self.providers.call(
            "POST", f"{account}/transfers", {**order, "direction": "INCOMING"}
        )
