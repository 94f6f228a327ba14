"""Harbor's customers, quotes and transfers, and their views."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import attrs

from domain.money import USDC, Money


class Check(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    ACTION_REQUIRED = "action_required"
    REJECTED = "rejected"


class Status(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PROCESSING = "processing"
    COMPLETED = "completed"
    EXPIRED = "expired"
    ON_HOLD = "on_hold"


@attrs.define(kw_only=True)
class Customer:
    """``wallets`` are the addresses that the customer may pay from."""

    id: str
    reference: str
    name: str
    status: Check = Check.PENDING
    wallets: set[str] = attrs.field(factory=set)

    def view(self) -> dict[str, object]:
        is_open = self.status in {Check.PENDING, Check.ACTION_REQUIRED}
        link = f"https://verify.harbor.example/{self.id}" if is_open else None
        return {
            "id": self.id,
            "reference": self.reference,
            "status": self.status.value,
            "verify_url": link,
        }


@attrs.frozen(kw_only=True)
class Quote:
    """``pays`` equals ``receives + fee``; fractions of a cent stay with Harbor."""

    id: str
    customer_id: str
    pays: Money
    receives: Money
    fee: Money
    expires_at: datetime

    def view(self) -> dict[str, object]:
        return {"id": self.id, **terms(self), "expires_at": stamp(self.expires_at)}


@attrs.define(kw_only=True, eq=False)
class Transfer:
    """``pay`` says how the customer pays, ``payout`` where the other side is paid."""

    id: str
    reference: str
    quote: Quote
    pay: dict[str, object]
    payout: dict[str, str]
    expires_at: datetime | None
    status: Status = Status.AWAITING_PAYMENT
    received: Money | None = None
    tx_hash: str | None = None
    reason: str | None = None

    @property
    def is_sale(self) -> bool:
        return self.quote.pays.asset == USDC

    def view(self) -> dict[str, object]:
        return {
            "id": self.id,
            "reference": self.reference,
            "customer": self.quote.customer_id,
            "status": self.status.value,
            **terms(self.quote),
            "pay": self.pay,
            "payout": self.payout,
            "tx_hash": self.tx_hash,
            "reason": self.reason,
        }


def terms(quote: Quote) -> dict[str, object]:
    return {name: amount(getattr(quote, name)) for name in ("pays", "receives", "fee")}


def amount(money: Money) -> dict[str, str]:
    return {"value": money.decimal, "asset": money.asset.code}


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
