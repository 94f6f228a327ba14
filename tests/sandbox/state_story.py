"""
A story with something unfinished at every provider, over HTTP alone, and its end.

It runs against any release of the sandbox whose clock is stopped. What ``begin`` returns is JSON,
so that it can be stored with a state file of an old release: see ``write_golden_state.py``.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import attrs

from tests.sandbox.circle_customer import AMOY_USDC
from tests.sandbox.local_alpaca import application
from tests.sandbox.providers_client import FIRM, ProvidersClient

SECRET_KEY = {"idempotencyKey": "7f6f2f0e-6a39-4b5c-8a8c-0d6c2f3f9a11"}
HARBOR = {"X-Api-Key": "key"}
BANK_OF_ADA = {
    "account_owner_name": "Ada Byron",
    "bank_account_type": "CHECKING",
    "bank_account_number": "5550001",
    "bank_routing_number": "026009593",
}
FAULTS = (
    {"use": "circle-webhook-late", "action": {"delay_s": 40}},
    {"use": "alpaca-journal-throttled", "match": {"nth": 50}},
)
MARKET = {"symbol": "AAPL", "side": "buy", "type": "market", "time_in_force": "day"}
BRACKET = {
    **MARKET,
    "symbol": "MSFT",
    "type": "limit",
    "time_in_force": "gtc",
    "qty": "1",
    "limit_price": "2",
    "order_class": "bracket",
    "take_profit": {"limit_price": "9000"},
    "stop_loss": {"stop_price": "1"},
}
TRAILING = {**MARKET, "type": "trailing_stop", "qty": "1", "trail_price": "3"}
PORTFOLIO = {
    "name": "bold",
    "description": "half of it in shares",
    "weights": [
        {"type": "cash", "percent": "50"},
        {"type": "asset", "symbol": "NVDA", "percent": "50"},
    ],
    "cooldown_days": 0,
    "rebalance_conditions": [{"type": "drift_band", "sub_type": "absolute", "percent": "5"}],
}
STUCK = {"feeLevel": None, "gasLimit": "65000", "maxFee": "20", "priorityFee": "10"}
BUSY_S, SETTLED_S = 0.75, 300


@attrs.frozen
class Story:
    """One investor with a wallet, a bank account, shares, and money in flight in every direction."""

    providers: ProvidersClient

    async def begin(self, hook: str) -> dict[str, Any]:
        """Start everything and finish nothing; webhooks go to ``hook``."""
        due, account = await self.providers.due_account(), await self.providers.investor()
        wallet = await self._funded_wallet()
        stuck = await self._stick()
        await self._pay_dollars_to_firm(due, wallet["address"])
        await self._subscribe(hook, due)
        for fault in FAULTS:
            await self._post("/sandbox/faults", fault)
        seller = await self._register_at_harbor(wallet["address"], hook)
        broker = await self._open_at_alpaca(account)
        conversion, address = await self.providers.offramp(due, wallet["address"], "102.5")
        harbor = await self._sell_at_harbor(seller, wallet["address"])
        payin = await self._open_payin(due)
        paying = await self.providers.circle.transfer(
            wallet, "102.5", destinationAddress=address, **SECRET_KEY
        )
        await self._post("/sandbox/clock", {"advance_s": BUSY_S})
        return {
            "due": due,
            "wallet": wallet,
            "conversion": conversion,
            "harbor": harbor,
            "payin": payin,
            "paying": paying.data["id"],
            "stuck": stuck,
            **broker,
            "seen": await self._seen(),
        }

    async def _post(self, path: str, body: Any = None, **headers: str) -> Any:
        return await self.providers.call("POST", path, body, headers=headers)

    async def _funded_wallet(self) -> dict[str, Any]:
        wallet = await self.providers.circle.wallet(accountType="EOA")
        await self.providers.circle.drip(wallet, native=True)
        await self.providers.send(wallet["address"], "1000")
        return wallet

    async def _stick(self) -> str:
        """A transfer from another wallet that is broadcast, and whose gas price is too low."""
        circle = self.providers.circle
        wallet = await circle.wallet(accountType="EOA")
        await circle.drip(wallet, native=True, usdc=True)
        await self.providers.advance(10)
        base_fee = {"blockchain": wallet["blockchain"], "baseFee": "40"}
        await circle.call("POST", "/v1/sandbox/baseFee", base_fee)
        return str((await circle.transfer(wallet, "1", **STUCK)).data["id"])

    async def _pay_dollars_to_firm(self, due: dict[str, str], payer: str) -> None:
        _, address = await self.providers.offramp(due, payer, "602.5")
        await self.providers.send(address, "602.5", source=payer)
        await self.providers.advance(60)

    async def _subscribe(self, hook: str, due: dict[str, str]) -> None:
        circle = self.providers.circle
        subscribed = await circle.call(
            "POST", "/v2/notifications/subscriptions", {"endpoint": hook}
        )
        assert subscribed.status == 200, subscribed
        await circle.call(
            "POST", "/v1/w3s/config/entity/monitoredTokens", {"tokenIds": [AMOY_USDC]}
        )
        await self.providers.call("POST", "/due/v1/webhook_endpoints", {"url": hook}, headers=due)

    async def _open_at_alpaca(self, account: str) -> dict[str, Any]:
        await self.providers.journal(account, "400", key="first")
        await self.providers.advance(10)
        orders = f"/alpaca/v1/trading/accounts/{account}/orders"
        await self._post("/alpaca-data/v1/sandbox/prices", {"NVDA": "120.50"})
        await self._post(orders, {**MARKET, "qty": "1"})
        await self.providers.advance(10)
        follower = (await self._post("/alpaca/v1/accounts", application("bob@example.org")))["id"]
        await self.providers.advance(10)
        await self.providers.journal(follower, "60", key="second")
        await self.providers.advance(10)
        return {
            "account": account,
            "orders": orders,
            "bracket": (await self._post(orders, BRACKET))["id"],
            "trailing": (await self._post(orders, {**TRAILING, "side": "sell"}))["id"],
            "market": (await self._post(orders, {**MARKET, "symbol": "AMD", "notional": "20"}))[
                "id"
            ],
            "journal": (await self.providers.journal(account, "50", key="third"))["id"],
            "ach": await self._withdraw(account),
            "follower": await self._follow(follower),
        }

    async def _withdraw(self, account: str) -> str:
        one = f"/alpaca/v1/accounts/{account}"
        link = await self._post(f"{one}/ach_relationships", BANK_OF_ADA)
        transfer = {"transfer_type": "ach", "relationship_id": link["id"], "amount": "5"}
        await self._post(f"{one}/transfers", {**transfer, "direction": "OUTGOING"})
        watchlist = {"name": "mine", "symbols": ["AAPL"]}
        await self._post(f"/alpaca/v1/trading/accounts/{account}/watchlists", watchlist)
        return f"{one}/transfers"

    async def _follow(self, follower: str) -> str:
        """Subscribe an account to a portfolio, which starts a run; lend it money, too."""
        portfolio = await self._post("/alpaca/v1/rebalancing/portfolios", PORTFOLIO)
        follow = {"account_id": follower, "portfolio_id": portfolio["id"]}
        await self._post("/alpaca/v1/rebalancing/subscriptions", follow)
        number, firm = [
            (await self.providers.call("GET", f"/alpaca/v1/accounts/{each}"))["account_number"]
            for each in (follower, FIRM)
        ]
        loan = {"account_no": number, "source_account_no": firm, "amount": "10"}
        await self._post("/alpaca/v1/instant_funding", loan)
        return follower

    async def _register_at_harbor(self, payer: str, hook: str) -> str:
        put = partial(self.providers.call, "PUT", headers=HARBOR)
        await put("/harbor/v1/webhook", {"url": hook})
        person = {"reference": "ada", "name": "Ada Byron"}
        customer = str((await self._post("/harbor/v1/customers", person, **HARBOR))["id"])
        await self.providers.advance(10)
        await put(f"/harbor/v1/customers/{customer}/wallets/{payer}")
        return customer

    async def _sell_at_harbor(self, customer: str, payer: str) -> str:
        """A sale of tokens whose payment is in flight."""
        sale = {"customer": customer, "side": "sell", "amount": "30"}
        quote = await self._post("/harbor/v1/quotes", sale, **HARBOR)
        bank = {"routing_number": "121000358", "account_number": "900000000001", "memo": "h-1"}
        order = {"quote": quote["id"], "reference": "h-1", "source": payer, "payout": bank}
        transfer = await self._post("/harbor/v1/transfers", order, **HARBOR)
        await self._post(
            "/sandbox/chain/transfers",
            {
                "blockchain": "MATIC-AMOY",
                "source": payer,
                "destination": transfer["pay"]["address"],
                "amount": "30",
            },
        )
        return str(transfer["id"])

    async def _open_payin(self, due: dict[str, str]) -> str:
        """USDC in flight to a virtual account that pays the firm in dollars."""
        recipient = await self.providers.call("GET", "/due/v1/recipients", headers=due)
        account = await self._post(
            "/due/v1/virtual_accounts",
            {
                "destination": recipient["items"][0]["id"],
                "schemaIn": "evm",
                "currencyIn": "USDC",
                "railOut": "ach",
                "currencyOut": "USD",
                "reference": "va-1",
            },
            **due,
        )
        paid = {"rail": "polygon", "currency": "USDC", "amount": "12"}
        await self._post("/due/dev/payin", paid | {"recipient": account["details"]}, **due)
        return str(account["key"])

    async def check_under_way(self, facts: dict[str, Any]) -> None:
        """Nothing has changed and nothing has ended since ``begin``."""
        assert await self._seen() == facts["seen"]
        assert await self._statuses(facts) == {
            "paying": "CLEARED",
            "stuck": "STUCK",
            "conversion": "awaiting_funds",
            "harbor": "awaiting_payment",
            "bracket": "accepted",
            "trailing": "accepted",
            "market": "accepted",
        }

    async def finish(self, facts: dict[str, Any]) -> None:
        """Advance the clock until everything has ended, and check that it ended well."""
        await self.providers.advance(SETTLED_S)
        circle = self.providers.circle
        await circle.signed(f"/v1/w3s/developer/transactions/{facts['stuck']}/accelerate", {})
        await self.providers.advance(SETTLED_S)
        assert await self._statuses(facts) == {
            "paying": "COMPLETE",
            "stuck": "COMPLETE",
            "conversion": "payment_processed",
            "harbor": "completed",
            "bracket": "new",
            "trailing": "new",
            "market": "filled",
        }
        books = await self.providers.books()
        assert [each["status"] for each in books["alpaca"]["journals"]] == ["executed"] * 3
        _assert_conserved(books)

    async def _seen(self) -> dict[str, Any]:
        paths = {"books": "/sandbox/books", "clock": "/sandbox/clock", "faults": "/sandbox/faults"}
        return {name: await self.providers.call("GET", path) for name, path in paths.items()}

    async def _statuses(self, facts: dict[str, Any]) -> dict[str, str]:
        get, circle = self.providers.call, self.providers.circle
        found = {}
        for name in ("paying", "stuck"):
            paid = await circle.call("GET", f"/v1/w3s/transactions/{facts[name]}")
            found[name] = paid.data["transaction"]["state"]
        path, headers = f"/due/v1/transfers/{facts['conversion']}", facts["due"]
        found["conversion"] = (await get("GET", path, headers=headers))["status"]
        path, headers = f"/harbor/v1/transfers/{facts['harbor']}", HARBOR
        found["harbor"] = (await get("GET", path, headers=headers))["status"]
        for name in ("bracket", "trailing", "market"):
            found[name] = (await get("GET", f"{facts['orders']}/{facts[name]}"))["status"]
        return found


def _assert_conserved(books: Any) -> None:
    alpaca, due, (sale,) = books["alpaca"], books["due"], books["harbor"]["transfers"]
    paid_in = Decimal(due["usd"]["paid_out"]) + Decimal(sale["receives"]["value"])
    assert Decimal(alpaca["deposited"]) == paid_in
    cash = sum(Decimal(account["cash"]) for account in alpaca["accounts"].values())
    assert cash + Decimal(alpaca["exchange"]["cash"]) == paid_in
    assert books["chain"]["minted"] == books["chain"]["held"]
    assert books["bank"]["in_flight"] == []
