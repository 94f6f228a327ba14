"""Each payment into a virtual account becomes a transfer of its own."""

from __future__ import annotations

import attrs

from domain.money import USD, USDC
from sandbox.bank import BankPayment
from sandbox.chain import ChainTransfer
from sandbox.due.deposit_addresses import on_chain
from sandbox.due.errors import DueRefusal
from sandbox.due.ledger import Ledger
from sandbox.due.pricing import Pricing
from sandbox.due.rails import RAIL_BY_CHAIN, Leg
from sandbox.due.settlement import Settlement
from sandbox.due.transfer import Party, Transfer
from sandbox.due.virtual_account import VirtualAccount
from sandbox.due.wire import new_id
from sandbox.world import World

# guess: Due does not name the rail of a payment into a bank account.
BANK_RAIL_IN = "ach"


@attrs.frozen(kw_only=True)
class VirtualAccountPayments:
    _world: World
    _pricing: Pricing
    _settlement: Settlement
    _ledger: Ledger

    def arrived_on_chain(self, virtual_account: VirtualAccount, movement: ChainTransfer) -> None:
        rail = RAIL_BY_CHAIN.get(movement.blockchain)
        if rail is None:
            self._ledger.set_aside(movement.amount)
            return
        source = Party(
            virtual_account_id=virtual_account.id,
            details={"schema": virtual_account.instruction.schema_in, "address": movement.source},
            confirmation=on_chain(movement),
        )
        self._convert(virtual_account, Leg(rail, USDC), source, movement)

    def arrived_by_bank(self, virtual_account: VirtualAccount, payment: BankPayment) -> None:
        source = Party(
            virtual_account_id=virtual_account.id,
            details={
                "schema": "bank_us",
                "accountNumber": payment.source.account_number,
                "routingNumber": payment.source.routing_number,
            },
            memo=payment.memo,
            confirmation={
                "kind": "bank",
                "subRail": BANK_RAIL_IN,
                "referenceNumber": payment.reference,
            },
        )
        self._convert(virtual_account, Leg(BANK_RAIL_IN, USD), source, payment)

    def _convert(
        self,
        virtual_account: VirtualAccount,
        leg: Leg,
        source: Party,
        arrival: ChainTransfer | BankPayment,
    ) -> None:
        """guess: a payment outside the limits, or to an inactive account, is unallocated."""
        instruction, amount = virtual_account.instruction, arrival.amount
        destination_leg = Leg.of(instruction.rail_out, instruction.currency_out)
        try:
            terms = self._pricing.by_source(
                leg, destination_leg, amount, virtual_account.application_fee
            )
        except DueRefusal:
            self._ledger.set_aside(amount)
            return
        if not virtual_account.is_active:
            self._ledger.set_aside(amount)
            return
        transfer = Transfer(
            id=new_id("tf_", self._world.random),
            owner_id=virtual_account.owner_id,
            terms=terms,
            source=source,
            # guess: the bank payment carries the virtual account's memo, else its reference.
            destination=attrs.evolve(
                virtual_account.party, memo=virtual_account.memo or instruction.reference
            ),
            created_at=self._world.clock.now(),
            expires_at=None,
            paid_to=arrival.destination if isinstance(arrival, ChainTransfer) else "",
        )
        self._settlement.begin(transfer, amount)
