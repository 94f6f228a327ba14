"""One journal: cash or shares on their way from one account to another inside the broker."""

from __future__ import annotations

import re

import attrs

from domain.money import USD, Asset, Money
from sandbox.alpaca.account import Account
from sandbox.alpaca.amounts import trimmed
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.held_balance import HeldBalance

TYPES = frozenset({"JNLC", "JNLS"})
FIXTURE = re.compile(r"/fixtures/status=(rejected|pending)/fixtures/")
TRANSMITTER = (
    "transmitter_name",
    "transmitter_account_number",
    "transmitter_address",
    "transmitter_financial_institution",
    "transmitter_timestamp",
)


@attrs.frozen(kw_only=True)
class JournalRequest:
    """A validated request; ``amount`` is dollars for JNLC and shares for JNLS."""

    entry_type: str
    from_account: str
    to_account: str
    amount: Money
    description: str
    transmitter: dict[str, str]


def read_journal(fields: Fields) -> JournalRequest:
    entry_type = fields.choice("entry_type", TYPES)
    fields.choice("currency", ("USD",), default="USD")
    return JournalRequest(
        entry_type=entry_type,
        from_account=fields.uuid("from_account"),
        to_account=fields.uuid("to_account"),
        amount=_read_amount(fields, entry_type),
        description=fields.optional("description") or "",
        transmitter={
            name: text
            for name in TRANSMITTER
            if (text := fields.optional(name, length_max=255)) is not None
        },
    )


def _read_amount(fields: Fields, entry_type: str) -> Money:
    name, asset = "amount", USD
    if entry_type == "JNLS":
        name, asset = "qty", Asset.share(fields.text("symbol"))
    amount = fields.amount(name, asset)
    if amount is None:
        raise Invalid(f"{name} is required")
    return amount


@attrs.define(kw_only=True)
class Journal:
    """An accepted request and its status."""

    id: str
    request: JournalRequest
    source: Account
    target: Account
    price: Money | None
    idempotency_key: str | None
    created_at: str
    status: str = ""
    settle_date: str | None = None

    @property
    def fixture(self) -> str | None:
        """The status that the description asks for, in tests (alpaca.md §4)."""
        found = FIXTURE.search(self.request.description)
        return found and found.group(1)

    @property
    def source_pot(self) -> HeldBalance:
        if self.request.entry_type == "JNLC":
            return self.source.cash
        return self.source.position(self.request.amount.asset.code).shares

    def view(self) -> dict[str, object]:
        is_cash = self.request.entry_type == "JNLC"
        amount = self.request.amount
        return {
            "id": self.id,
            "entry_type": self.request.entry_type,
            "from_account": self.source.id,
            "to_account": self.target.id,
            "status": self.status,
            "net_amount": amount.decimal if is_cash else "0",
            "symbol": "" if is_cash else amount.asset.code,
            "qty": "0" if is_cash else trimmed(amount),
            "price": trimmed(self.price) if self.price else "0",
            "currency": "USD",
            "description": self.request.description,
            "settle_date": self.settle_date,
            "system_date": self.created_at[:10],
            "created_at": self.created_at,
            **self.request.transmitter,
        }
