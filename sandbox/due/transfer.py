"""One conversion, from its creation to the arrival of its payment."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs

from domain.money import Money
from sandbox.due.pricing import Terms
from sandbox.due.quotes import terms_view
from sandbox.due.wire import stamp


class Status(StrEnum):
    AWAITING_FUNDS = "awaiting_funds"
    FUNDS_RECEIVED = "funds_received"
    APPROVED = "approved"
    MANUAL_REVIEW = "manual_review"
    PAYMENT_SUBMITTED = "payment_submitted"
    PAYMENT_PROCESSED = "payment_processed"
    REFUND_SUBMITTED = "refund_submitted"
    REFUND_PROCESSED = "refund_processed"
    FAILED = "failed"
    CANCELED = "canceled"


@attrs.define(kw_only=True)
class Party:
    """The payer or the payee: a wallet, a recipient or a virtual account, and the proof of payment."""

    id: str | None = None
    label: str = ""
    details: dict[str, Any] | None = None
    memo: str | None = None
    purpose_code: str | None = None
    virtual_account_id: str | None = None
    confirmation: dict[str, object] | None = None

    def view(self) -> dict[str, object]:
        optional = {
            "memo": self.memo,
            "purposeCode": self.purpose_code,
            "virtualAccountId": self.virtual_account_id,
            "confirmation": self.confirmation,
        }
        return {
            "id": self.id,
            "label": self.label,
            "details": self.details,
            **{name: value for name, value in optional.items() if value is not None},
        }


@attrs.define(kw_only=True, eq=False)
class Transfer:
    """``received`` is the amount that was paid in, ``paid_to`` the address that received it, or None."""

    id: str
    owner_id: str
    terms: Terms
    source: Party
    destination: Party
    created_at: datetime
    expires_at: datetime | None
    instructions: dict[str, object] | None = None
    status: Status = Status.AWAITING_FUNDS
    received: Money | None = None
    funding_address: str | None = None
    paid_to: str = ""

    def view(self) -> dict[str, object]:
        terms: dict[str, Any] = terms_view(self.terms)
        return {
            **terms,
            "id": self.id,
            "ownerId": self.owner_id,
            "status": self.status.value,
            "source": {**terms["source"], **self.source.view()},
            "destination": {**terms["destination"], **self.destination.view()},
            "transferInstructions": self.instructions,
            "createdAt": stamp(self.created_at),
            "expiresAt": stamp(self.expires_at) if self.expires_at else None,
            "breakdown": [],
        }
