"""
Wires from the firm's account.

Alpaca has no idempotency for transfers (alpaca.md §1). The off-ramp gives every conversion its own
memo, so the receiving bank account, the amount and the memo together identify a wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from adapters.alpaca.contracts import OPERATIONS
from adapters.alpaca.errors import looking_first, reading
from adapters.alpaca.funds import FundsApi
from adapters.alpaca.settings import PROVIDER
from adapters.alpaca.translation import wire_reported
from domain.funding.conversion import PayByWire
from domain.ids import Reference
from domain.money import USD, Money
from ports.brokerage import WireFact
from ports.errors import ProviderOutcomeUnknown
from ports.fence import Fence

PAGE = 100
PAGES_MAX = 20

Transfer = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class FirmWires:
    funds: FundsApi
    firm_account_id: str

    async def send(
        self, reference: Reference, *, amount: Money, to: PayByWire, attempt: int, fence: Fence
    ) -> WireFact:
        """Send the wire, unless an earlier attempt sent it, or may have."""
        with looking_first():
            banks = await self._banks(to)
            earlier = await self._earlier(banks, amount, to.memo) if attempt > 1 else None
        if earlier is not None:
            return _reported(reference, earlier)
        quiet_s = OPERATIONS["create_transfer"].quiet_s or 0.0
        fence.require_quiet(quiet_s, provider=PROVIDER, operation="create_transfer")
        bank_id = next((bank for bank, is_usable in banks.items() if is_usable), None)
        async with fence.sending():
            document = {
                "transfer_type": "wire",
                "bank_id": bank_id or await self._add_bank(to),
                "amount": amount.decimal,
                "direction": "OUTGOING",
                "additional_information": to.memo,
            }
            created = await self.funds.create_transfer(self.firm_account_id, document)
        return _reported(reference, created)

    async def find(self, reference: Reference, *, provider_id: str) -> WireFact | None:
        """guess: no endpoint for a single transfer is documented, so we search the list."""
        wire = await self._find(lambda wire: wire["id"] == provider_id)
        return None if wire is None else _reported(reference, wire)

    async def _banks(self, to: PayByWire) -> Mapping[str, bool]:
        """Every registration of the bank account, and whether it can be used; there may be several."""
        banks = await self.funds.recipient_banks(self.firm_account_id)
        wanted = (to.account_number, to.routing_number)
        with reading("list_recipient_banks"):
            return {
                str(bank["id"]): bank.get("status") != "CANCELED"
                for bank in banks
                if (bank["account_number"], bank["bank_code"]) == wanted
            }

    async def _add_bank(self, to: PayByWire) -> str:
        """guess: ``name`` is the bank's; the beneficiary has no field of its own (alpaca.md §6)."""
        document = {
            "name": to.bank_name,
            "bank_code": to.routing_number,
            "bank_code_type": "ABA",
            "account_number": to.account_number,
        }
        bank = await self.funds.add_recipient_bank(self.firm_account_id, document)
        with reading("add_recipient_bank"):
            return str(bank["id"])

    async def _earlier(
        self, banks: Mapping[str, bool], amount: Money, memo: str
    ) -> Transfer | None:
        """The wire of an earlier attempt, to any registration of the bank account; without one, none."""
        if not banks:
            return None
        return await self._find(
            lambda wire: wire.get("bank_id") in banks and _is_for(wire, amount, memo)
        )

    async def _find(self, matches: Callable[[Transfer], bool]) -> Transfer | None:
        """The newest match. Raises ``ProviderOutcomeUnknown`` when the list is longer than we read."""
        for page in range(PAGES_MAX):
            wires = await self.funds.outgoing_transfers(
                self.firm_account_id, limit=PAGE, offset=page * PAGE
            )
            with reading("list_transfers"):
                found = next((wire for wire in wires if matches(wire)), None)
            if found is not None or len(wires) < PAGE:
                return found
        raise ProviderOutcomeUnknown(
            f"the transfer is not among the newest {PAGE * PAGES_MAX}",
            provider=PROVIDER,
            operation="list_transfers",
        )


def _is_for(wire: Transfer, amount: Money, memo: str) -> bool:
    """guess: a transfer shows its additional_information; it is documented as a request field only."""
    sent = wire.get("requested_amount") or wire["amount"]
    return wire.get("additional_information") == memo and Money.of(str(sent), USD) == amount


def _reported(reference: Reference, wire: Transfer) -> WireFact:
    with reading("create_transfer"):
        return wire_reported(reference, wire)
