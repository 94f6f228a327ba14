"""All virtual accounts, and the creation of their addresses and bank accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import attrs

from sandbox.bank import BankAccount
from sandbox.due.account import Account
from sandbox.due.application_fee import read_application_fee
from sandbox.due.counterparties import Counterparties
from sandbox.due.deposit_addresses import DepositAddresses
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields
from sandbox.due.publisher import Publisher
from sandbox.due.rails import Leg, rails_of
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.virtual_account import Instruction, VirtualAccount
from sandbox.due.virtual_account_payments import VirtualAccountPayments
from sandbox.due.wire import new_id
from sandbox.world import World

ACCOUNT_NUMBER_FIRST = 710_000_000_000
FEE_NAMES = frozenset({"applicationFeeAmount", "applicationFeeBps"})


@attrs.define(kw_only=True)
class VirtualAccounts:
    """A customer has at most one virtual account for a reference."""

    _world: World
    _settings: DueSandboxSettings
    _counterparties: Counterparties
    _deposit_addresses: DepositAddresses
    _payments: VirtualAccountPayments
    _publisher: Publisher
    _next_number: int = ACCOUNT_NUMBER_FIRST
    _by_key: dict[str, VirtualAccount] = attrs.field(factory=dict)
    _by_reference: dict[str, dict[str, VirtualAccount]] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[VirtualAccount]:
        return iter(self._by_key.values())

    def get(self, account: Account, key: str) -> VirtualAccount:
        found = self._by_key.get(key)
        if found is None or found.owner_id != account.id:
            raise DueRefusal("err_virtual_account_not_found", "Virtual account not found")
        return found

    def matching(self, account: Account, query: Mapping[str, str]) -> Iterator[VirtualAccount]:
        """The customer's virtual accounts that match every value of ``query``."""
        mine = self._by_reference.get(account.id, {})
        reference = query.get("reference")
        one = mine.get(reference) if reference else None
        for found in (one,) if reference else mine.values():
            if found and query.items() <= found.instruction.view().items():
                yield found

    def create(self, account: Account, fields: Fields) -> VirtualAccount:
        """The same reference gives the same virtual account. Raises ``DueRefusal``."""
        account.require_active()
        instruction = Instruction.read(fields)
        known = self._by_reference.get(account.id, {}).get(instruction.reference)
        if known is not None:
            if known.instruction != instruction:
                raise DueRefusal("err_virtual_account_reference_conflict", "reference is used")
            return known
        return self._add(account, instruction, fields)

    def update(self, virtual_account: VirtualAccount, fields: Fields) -> None:
        """Change the application fee, and whether the account is active (guess)."""
        if FEE_NAMES & fields.values.keys():
            virtual_account.application_fee = read_application_fee(
                fields, virtual_account.instruction.asset_in
            )
        virtual_account.is_active = fields.flag("isActive", default=virtual_account.is_active)

    def _add(self, account: Account, instruction: Instruction, fields: Fields) -> VirtualAccount:
        _check_currencies(instruction)
        virtual_account = VirtualAccount(
            id=new_id("va_", self._world.random),
            key=new_id("", self._world.random),
            owner_id=account.id,
            instruction=instruction,
            party=self._counterparties.recipient(
                account, instruction.destination, rail=instruction.rail_out
            ),
            memo=fields.optional("memo"),
            application_fee=read_application_fee(fields, instruction.asset_in),
            created_at=self._world.clock.stamp(),
        )
        self._by_key[virtual_account.key] = virtual_account
        self._by_reference.setdefault(account.id, {})[instruction.reference] = virtual_account
        self._provide(virtual_account)
        return virtual_account

    def _provide(self, virtual_account: VirtualAccount) -> None:
        if self._settings.virtual_account_delay_s <= 0:
            virtual_account.details = self._new_details(virtual_account)
            return
        self._world.clock.call_later(
            self._settings.virtual_account_delay_s, partial(self._provide_late, virtual_account)
        )

    def _provide_late(self, virtual_account: VirtualAccount) -> None:
        virtual_account.details = self._new_details(virtual_account)
        self._publisher.publish(
            "virtual_account.updated", virtual_account.owner_id, virtual_account.view()
        )

    def _new_details(self, virtual_account: VirtualAccount) -> dict[str, object]:
        schema = virtual_account.instruction.schema_in
        if schema != "bank_us":
            address = self._deposit_addresses.open_address(
                rails_of(schema)[0],
                partial(self._payments.arrived_on_chain, virtual_account),
            )
            return {"schema": schema, "address": address}
        numbers = BankAccount(
            self._settings.bank_account.routing_number,
            str(self._next_number),
        )
        self._next_number += 1
        self._world.bank.register(numbers, partial(self._payments.arrived_by_bank, virtual_account))
        return self._settings.bank_details(numbers)


def _check_currencies(instruction: Instruction) -> None:
    out = Leg.of(instruction.rail_out, instruction.currency_out)
    expected = "USD" if out.is_crypto else "USDC"
    is_bank = instruction.schema_in == "bank_us"
    if instruction.currency_in != expected or is_bank != out.is_crypto:
        raise DueRefusal("err_channel_not_found", "one side must be USDC and the other USD")
