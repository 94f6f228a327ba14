"""One transfer between an account and an outside bank account."""

from __future__ import annotations

import attrs

from domain.money import USD, Money
from sandbox.alpaca.account import Account
from sandbox.alpaca.banking import Link
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields


@attrs.frozen(kw_only=True)
class TransferRequest:
    kind: str
    direction: str
    link_id: str
    amount: Money
    additional_information: str | None
    fee_payment_method: str

    @property
    def is_outgoing(self) -> bool:
        return self.direction == "OUTGOING"


def read_transfer(fields: Fields) -> TransferRequest:
    kind = fields.choice("transfer_type", ("ach", "wire"))
    direction = fields.choice("direction", ("INCOMING", "OUTGOING"))
    if kind == "wire" and direction == "INCOMING":
        raise Invalid("incoming wires cannot be requested")
    amount = fields.amount("amount", USD)
    if amount is None:
        raise Invalid("amount is required")
    return TransferRequest(
        kind=kind,
        direction=direction,
        link_id=fields.text("bank_id" if kind == "wire" else "relationship_id"),
        amount=amount,
        additional_information=fields.optional("additional_information"),
        fee_payment_method=fields.choice("fee_payment_method", ("user", "invoice"), default="user"),
    )


@attrs.define(kw_only=True)
class Transfer:
    """An accepted request and its status; fees are zero."""

    id: str
    account: Account
    link: Link
    request: TransferRequest
    created_at: str
    updated_at: str
    status: str = ""
    reason: str | None = None

    def view(self) -> dict[str, object]:
        is_wire = self.request.kind == "wire"
        return {
            "id": self.id,
            "account_id": self.account.id,
            "type": self.request.kind,
            "direction": self.request.direction,
            "amount": self.request.amount.decimal,
            "requested_amount": self.request.amount.decimal,
            "fee": "0",
            "fee_payment_method": self.request.fee_payment_method,
            "status": self.status,
            "reason": self.reason,
            "bank_id": self.link.id if is_wire else None,
            "relationship_id": None if is_wire else self.link.id,
            # guess: the documents list this as a request field only.
            "additional_information": self.request.additional_information,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "expires_at": None,
        }
