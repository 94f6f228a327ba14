"""What an investor does while a fault is on: one flow of each sort, and how it ends when all is well."""

from __future__ import annotations

import secrets
from typing import Any, Protocol

import attrs

from entrypoints.cli.walk import PROFILE, STOCK
from tests.e2e.investor import Investor

AMOUNT = "250.00"
TO_BANK = "50.00"


class Flow(Protocol):
    """Everything up to the moment of the fault, and then what meets it."""

    @property
    def happy(self) -> str: ...

    async def prepare(self, investor: Investor) -> None: ...

    async def begin(self, investor: Investor) -> tuple[str, str]:
        """The path to ask for the stage, and the process's id, empty where the API does not tell it."""


@attrs.frozen
class Onboarding:
    happy: str = "approved"

    async def prepare(self, investor: Investor) -> None:
        await investor.walk.register()

    async def begin(self, investor: Investor) -> tuple[str, str]:
        await investor.api.post("/v1/onboarding", PROFILE)
        return "/v1/onboarding", ""


@attrs.frozen
class Deposit:
    happy: str = "broker_funded"

    async def prepare(self, investor: Investor) -> None:
        await investor.opened()

    async def begin(self, investor: Investor) -> tuple[str, str]:
        wish = {"chain": "polygon", "amount": AMOUNT}
        announced = await investor.api.post("/v1/deposits", wish)
        await investor.send(AMOUNT)
        return f"/v1/deposits/{announced['id']}", announced["id"]


@attrs.frozen
class Purchase:
    happy: str = "filled"

    async def prepare(self, investor: Investor) -> None:
        await investor.funded()

    async def begin(self, investor: Investor) -> tuple[str, str]:
        return _found("orders", await investor.api.post("/v1/orders", STOCK))


@attrs.define
class Withdrawal:
    happy: str = "completed"
    destination: str = attrs.field(factory=lambda: f"0x{secrets.token_hex(20)}")

    async def prepare(self, investor: Investor) -> None:
        await investor.funded()
        await investor.may_withdraw_to(self.destination)

    async def begin(self, investor: Investor) -> tuple[str, str]:
        wish = {"amount": TO_BANK, "chain": "polygon", "destination": self.destination}
        return _found("withdrawals", await investor.api.post("/v1/withdrawals", wish))


def _found(kind: str, answer: Any) -> tuple[str, str]:
    return f"/v1/{kind}/{answer['id']}", answer["id"]


def flow_of(name: str) -> Flow:
    flows: dict[str, Flow] = {
        "onboarding": Onboarding(),
        "deposit": Deposit(),
        "order": Purchase(),
        "withdrawal": Withdrawal(),
    }
    return flows[name]
