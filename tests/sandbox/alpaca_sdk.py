"""
Alpaca's own client, as it is installed, against the sandbox broker.

The client blocks, so every call runs in a thread; the sandbox answers in the test's loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import orjson
from alpaca.broker.client import BrokerClient
from alpaca.broker.enums import AgreementType, FundingSource, JournalEntryType, TaxIdType
from alpaca.broker.models import Agreement, Contact, Disclosures, Identity
from alpaca.broker.requests import (
    CreateAccountRequest,
    CreateJournalRequest,
    GetEventsRequest,
    MarketOrderRequest,
)
from alpaca.common.exceptions import APIError
from alpaca.trading.enums import OrderSide, TimeInForce

from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.snapshot import Snapshot
from tests.sandbox.local_alpaca import LocalAlpaca, open_local_alpaca
from tests.support.waiting import eventually

FAR_BACK = "2020-01-01T00:00:00Z"


@attrs.define(kw_only=True)
class Partner:
    """A correspondent of the broker: ``client`` speaks v1, ``client_v2`` reads the v2 streams."""

    alpaca: LocalAlpaca
    client: BrokerClient
    client_v2: BrokerClient

    @property
    def firm(self) -> UUID:
        return UUID(self.alpaca.firm)

    async def ask(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return await asyncio.to_thread(function, *args, **options)

    async def refused(self, function: Callable[..., Any], *args: Any) -> tuple[int, int, str]:
        """The status, code and message of the call's refusal."""
        try:
            found = await self.ask(function, *args)
        except APIError as error:
            return error.status_code, error.code, error.message
        raise AssertionError(f"not refused: {found}")

    async def until(
        self, wanted: Callable[[Any], bool], function: Callable[..., Any], *args: Any
    ) -> Any:
        """Ask again and again until the answer is ``wanted``."""
        answers: list[Any] = []

        async def is_found() -> bool:
            answers.append(await self.ask(function, *args))
            return wanted(answers[-1])

        await eventually(is_found, "the wanted answer")
        return answers[-1]

    async def account(self, email: str = "ada@example.org") -> UUID:
        """An account that may trade."""
        created = await self.ask(self.client.create_account, application(email))
        await self.until(
            lambda each: each.status.value == "ACTIVE", self.client.get_account_by_id, created.id
        )
        return UUID(str(created.id))

    async def journal(self, source: UUID, target: UUID, amount: float, **fields: Any) -> Any:
        """A cash journal that has ended."""
        request = CreateJournalRequest(
            entry_type=JournalEntryType.CASH,
            from_account=source,
            to_account=target,
            amount=amount,
            **fields,
        )
        made = await self.ask(self.client.create_journal, request)
        return await self.until(
            lambda each: each.status.value in {"executed", "rejected", "refused", "pending"},
            self.client.get_journal_by_id,
            made.id,
        )

    async def funded(self, amount: str, email: str = "ada@example.org") -> UUID:
        """An account with cash."""
        account = await self.account(email)
        await self.alpaca.fund_firm(amount)
        await self.journal(self.firm, account, float(amount))
        return account

    async def cash(self, account: UUID) -> Decimal:
        found = await self.ask(self.client.get_trade_account_by_id, account)
        return Decimal(found.cash)

    async def order(self, account: UUID, request: Any) -> Any:
        return await self.ask(self.client.submit_order_for_account, account, request)

    async def ended(self, account: UUID, order_id: UUID, status: str = "filled") -> Any:
        return await self.until(
            lambda each: each.status.value == status,
            self.client.get_order_for_account_by_id,
            account,
            order_id,
        )

    async def bought(self, account: UUID, symbol: str, qty: float) -> Any:
        """An order that has filled."""
        request = MarketOrderRequest(
            symbol=symbol, qty=qty, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
        )
        placed = await self.order(account, request)
        return await self.ended(account, placed.id)

    async def control(self, path: str, body: Mapping[str, Any]) -> Any:
        """One of the sandbox's own commands."""
        done = await self.alpaca.call("POST", f"/v1/sandbox/{path}", body, host="/alpaca-data")
        assert done.status == 200, done.body
        return done.body

    async def events(self, stream: Callable[..., Any], **window: Any) -> list[Any]:
        """All events of a window that ends now."""
        until = self.alpaca.world.clock.stamp()
        found = GetEventsRequest(**{"since": FAR_BACK, "until": until, **window})
        events: list[Any] = await self.ask(lambda: [orjson.loads(event) for event in stream(found)])
        return events

    def advance_to(self, moment: datetime) -> None:
        clock = self.alpaca.world.clock
        clock.advance((moment - clock.now()).total_seconds())


@asynccontextmanager
async def open_partner(
    settings: AlpacaSandboxSettings | None = None, *, start: datetime | None = None
) -> AsyncIterator[Partner]:
    """A partner with empty books; at the end the books must balance, and survive a state file."""
    async with open_local_alpaca(settings, start=start) as alpaca:
        url = f"{alpaca.root}/alpaca"
        clients = [
            BrokerClient("key", "secret", api_version=version, url_override=url)
            for version in ("v1", "v2")
        ]
        try:
            yield Partner(alpaca=alpaca, client=clients[0], client_v2=clients[1])
        finally:
            for client in clients:
                client._session.close()
        assert_conserved(alpaca.broker.books())
        assert Snapshot(state=alpaca.broker, taken_at=0.0, is_last=True).encode()


def assert_conserved(books: Any) -> None:
    """Cash and shares are conserved."""
    inside = sum(Decimal(account["cash"]) for account in books["accounts"].values())
    taken = Decimal(books["exchange"]["cash"]) + Decimal(books["income"])
    assert inside + taken == Decimal(books["deposited"]) - Decimal(books["withdrawn"])
    for symbol, delivered in books["exchange"]["shares"].items():
        held = [each["positions"].get(symbol, "0") for each in books["accounts"].values()]
        assert sum(map(Decimal, held)) == Decimal(delivered)


def application(email: str, **changes: Any) -> CreateAccountRequest:
    sections: dict[str, Any] = {
        "contact": Contact(
            email_address=email,
            phone_number="+15556667788",
            street_address=["20 N San Mateo Dr"],
            city="San Mateo",
            state="CA",
            postal_code="94401",
            country="USA",
        ),
        "identity": Identity(
            given_name="Ada",
            family_name="Byron",
            date_of_birth="1990-01-01",
            tax_id="666-55-4321",
            tax_id_type=TaxIdType.USA_SSN,
            country_of_citizenship="USA",
            country_of_birth="USA",
            country_of_tax_residence="USA",
            funding_source=[FundingSource.EMPLOYMENT_INCOME],
        ),
        "disclosures": Disclosures(
            is_control_person=False,
            is_affiliated_exchange_or_finra=False,
            is_politically_exposed=False,
            immediate_family_exposed=False,
        ),
        "agreements": [
            Agreement(
                agreement=AgreementType.CUSTOMER,
                signed_at="2026-03-01T10:00:00Z",
                ip_address="203.0.113.9",
            )
        ],
    }
    return CreateAccountRequest(**{**sections, **changes})
