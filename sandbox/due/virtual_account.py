"""A virtual account: every payment into it is converted and sent to its destination."""

from __future__ import annotations

from typing import Any

import attrs

from domain.money import USD, USDC, Asset
from sandbox.due.application_fee import ApplicationFee
from sandbox.due.fields import Fields
from sandbox.due.transfer import Party
from sandbox.due.wire import amount_text


@attrs.frozen(kw_only=True)
class Instruction:
    """The instruction that identifies a virtual account."""

    destination: str
    schema_in: str
    currency_in: str
    rail_out: str
    currency_out: str
    reference: str

    @classmethod
    def read(cls, fields: Fields) -> Instruction:
        schema_in = fields.choice("schemaIn", ("bank_us", "evm", "solana"))
        return cls(
            destination=fields.text("destination"),
            schema_in=schema_in,
            currency_in=fields.optional("currencyIn") or _currency_of(schema_in),
            rail_out=fields.text("railOut"),
            currency_out=fields.text("currencyOut"),
            reference=fields.text("reference"),
        )

    @property
    def asset_in(self) -> Asset:
        return USD if self.schema_in == "bank_us" else USDC

    def view(self) -> dict[str, str]:
        return {
            "destination": self.destination,
            "schemaIn": self.schema_in,
            "currencyIn": self.currency_in,
            "railOut": self.rail_out,
            "currencyOut": self.currency_out,
            "reference": self.reference,
        }


def _currency_of(schema: str) -> str:
    return "USD" if schema == "bank_us" else "USDC"


@attrs.define(kw_only=True, eq=False)
class VirtualAccount:
    """
    ``details`` say where to pay; they may be provided later.

    guess: the application fee is charged on the incoming side; Due does not name the side.
    """

    id: str
    key: str
    owner_id: str
    instruction: Instruction
    party: Party
    memo: str | None
    created_at: str
    details: dict[str, Any] | None = None
    is_active: bool = True
    application_fee: ApplicationFee | None = None

    def view(self) -> dict[str, object]:
        charge = self.application_fee
        is_wallet = self.instruction.destination.startswith("wlt_")
        return {
            "id": self.id,
            "key": self.key,
            "ownerId": self.owner_id,
            "walletId": self.instruction.destination if is_wallet else None,
            **self.instruction.view(),
            "details": self.details,
            "memo": self.memo,
            "isActive": self.is_active,
            "createdAt": self.created_at,
            "applicationFeeBps": charge.bps if charge else 0,
            "applicationFeeAmount": amount_text(charge.fixed) if charge else "0",
        }
