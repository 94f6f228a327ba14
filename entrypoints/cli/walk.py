"""One investor's way through the public API, from registration to the withdrawal of USDC."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

import attrs

from entrypoints.cli.api import Api, ApiError, until
from entrypoints.cli.authenticator import Authenticator
from entrypoints.cli.mailbox import Mailbox

PROFILE = {
    "given_name": "Ann",
    "family_name": "Lee",
    "date_of_birth": "1990-01-01",
    "phone": "+15556667788",
    "street": "20 N San Mateo Dr",
    "city": "San Mateo",
    "state": "CA",
    "postal_code": "94401",
    "country": "USA",
    "tax_id": "666-55-4321",
    "agreements": True,
}
DEPOSIT = "250.00"
STOCK = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}
BASKET = {"basket": "big-tech", "notional": "100.00"}
WITHDRAWAL = "50.00"
VERIFICATION = "Confirm your e-mail address"
PASSCODE = "271828"
FRESH_S = 240.0
"""How long a step-up is used: a little less than the 300 s for which it is valid."""

Tell = Callable[[str], None]


@attrs.define
class Walk:
    """One investor's calls and their results; ``processes`` are the ids whose trails are shown."""

    api: Api
    sandbox: Api
    mailbox: Mailbox
    tell: Tell = lambda _: None
    investor_id: str = ""
    wallet: dict[str, Any] = attrs.field(factory=dict)
    processes: list[str] = attrs.field(factory=list)
    email: str = ""
    password: str = attrs.field(default="", repr=False)
    authenticator: Authenticator | None = None
    stepped_up_at: float = -FRESH_S

    async def register(self) -> str:
        email = self.email = f"ann.{secrets.token_hex(4)}@example.com"
        self.password = secrets.token_urlsafe(16)
        credentials = {"email": email, "password": self.password}
        await self.api.post("/v1/auth/register", credentials)
        token = await self.mailbox.token(email, about=VERIFICATION)
        shown = {"token": token, "password": self.password}
        investor = await self.api.post("/v1/auth/verify", shown)
        session = await self.api.post("/v1/auth/login", credentials)
        self.api.authorize(session["access_token"])
        self.investor_id = investor["investor_id"]
        return f"{email}  investor {self.investor_id}"

    async def protect(self) -> str:
        """Set the passcode and the authenticator that a step-up needs."""
        password = {"password": self.password}
        await self.api.call("PUT", "/v1/auth/passcode", {**password, "passcode": PASSCODE})
        offer = await self.api.post("/v1/auth/authenticator", password)
        authenticator = Authenticator(offer["secret"])
        shown = {"code": authenticator.code()}
        kept = await self.api.post("/v1/auth/authenticator/confirm", shown)
        authenticator.recovery_codes = kept["recovery_codes"]
        self.authenticator = authenticator
        return f"passcode and authenticator set up, {len(kept['recovery_codes'])} recovery codes"

    async def step_up(self) -> None:
        """Step up with passcode and code, unless the last step-up is still valid."""
        if self.authenticator is None:
            await self.protect()
        if self.authenticator and time.monotonic() - self.stepped_up_at >= FRESH_S:
            proof = {"passcode": PASSCODE, "code": self.authenticator.code()}
            await self.api.post("/v1/auth/step-up", proof)
            self.stepped_up_at = time.monotonic()

    async def save_address(self, address: str, *, chain: str = "polygon") -> Any:
        await self.step_up()
        body = {"chain": chain, "address": address, "label": "Cold wallet"}
        return await self.api.post("/v1/payout-addresses", body)

    async def onboard(self) -> str:
        await self.api.post("/v1/onboarding", PROFILE)
        await self._stage("/v1/onboarding", "approved")
        return "broker and off-ramp accounts approved"

    async def open_wallets(self) -> str:
        for chain in ("polygon", "solana"):
            await self.api.post("/v1/wallets", {"chain": chain})
        wallets = await until(
            lambda: self.api.get("/v1/wallets"),
            lambda answer: all(w["stage"] == "live" for w in answer["items"]),
            what="live wallets",
        )
        self.wallet = next(w for w in wallets["items"] if w["chain"] == "polygon")
        return "  ".join(f"{w['chain']} {w['address']}" for w in wallets["items"])

    async def deposit(self) -> str:
        announced = await self.api.post("/v1/deposits", {"chain": "polygon", "amount": DEPOSIT})
        await self.sandbox.post(
            "/sandbox/chain/transfers",
            {
                "blockchain": "MATIC-AMOY",
                "destination": self.wallet["address"],
                "amount": DEPOSIT,
            },
        )
        deposit = await self._stage(f"/v1/deposits/{announced['id']}", "broker_funded")
        self.processes.append(deposit["id"])
        return (
            f"{DEPOSIT} USDC arrived, {_amount(deposit['net'])} USD of buying power"
            f" after a fee of {_amount(deposit['fee'])}"
        )

    async def buy(self) -> str:
        order = await self.api.post("/v1/orders", STOCK)
        filled = await self._filled(order)
        return f"{_amount(filled['filled_quantity'])} AAPL for {_amount(filled['cost'])} USD"

    async def buy_basket(self) -> str:
        placed = await self.api.post("/v1/orders", BASKET)
        filled = [await self._filled(order) for order in placed["orders"]]
        return ", ".join(f"{_amount(o['filled_quantity'])} {o['symbol']}" for o in filled)

    async def sell(self) -> str:
        order = await self.api.post(
            "/v1/orders",
            {"symbol": "AAPL", "side": "sell", "type": "market", "notional": "20.00"},
        )
        filled = await self._filled(order)
        return f"{_amount(filled['filled_quantity'])} AAPL for {_amount(filled['cost'])} USD"

    async def withdraw(self) -> str:
        destination = f"0x{secrets.token_hex(20)}"
        await self.save_address(destination)
        requested = await self.api.post(
            "/v1/withdrawals",
            {"amount": WITHDRAWAL, "chain": "polygon", "destination": destination},
        )
        done = await self._stage(f"/v1/withdrawals/{requested['id']}", "completed")
        self.processes.append(done["id"])
        return f"{_amount(done['net'])} USDC at {destination}, tx {done['tx_hash'][:18]}…"

    async def _filled(self, order: dict[str, Any]) -> Any:
        self.processes.append(order["id"])
        return await self._stage(f"/v1/orders/{order['id']}", "filled")

    async def _stage(self, path: str, stage: str) -> Any:
        """Wait for the stage. Raises ``ApiError`` when the process ends in another one."""
        answer = await until(
            lambda: self.api.get(path),
            lambda answer: answer["stage"] in {stage, "manual_review", "failed", "rejected"},
            what=f"stage {stage} of {path}",
            tell=lambda answer: self.tell(answer["stage"]),
        )
        if answer["stage"] != stage:
            raise ApiError(f"{path} ended as {answer['stage']}: {answer.get('reason')}")
        return answer


def _amount(money: dict[str, str] | str) -> str:
    """The decimal of an amount; a number of shares is a plain string already."""
    return money if isinstance(money, str) else money["value"]
