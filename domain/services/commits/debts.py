"""Commits a unit of work, with the payment of the debts that it makes payable."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from domain.ledger import debts
from domain.ledger.debts import Purse
from domain.ledger.entry import DebtUnpaid, InsufficientFunds
from domain.money import Money
from domain.services.commits.auditing import payment_record
from ports.ledger import Ledger
from ports.processes import Processes, StaleVersion, UnitOfWork

TRIES_MAX = 8
"""How often the payments of a unit are computed again because a balance has changed meanwhile."""


@attrs.frozen
class DebtService:
    """
    Debts are rare, so they are looked for only when the store has refused to leave one unpaid.

    The store guards both balances. So a payment that was computed from a balance of before is refused,
    and computed again.
    """

    _processes: Processes
    _ledger: Ledger

    async def commit(self, unit: UnitOfWork) -> None:
        """Raises what ``Processes.commit`` raises, except ``DebtUnpaid``."""
        due: Mapping[Purse, Money] = {}
        for _ in range(TRIES_MAX):
            try:
                return await self._processes.commit(_with_payments(unit, due))
            except (DebtUnpaid, InsufficientFunds) as refused:
                now_due = await self._payable(unit)
                if now_due == due and isinstance(refused, InsufficientFunds):
                    raise
                due = now_due
        raise StaleVersion

    async def _payable(self, unit: UnitOfWork) -> Mapping[Purse, Money]:
        entries = [*unit.entries, *(entry for step in unit.steps for entry in step.entries)]
        due = {}
        for purse in debts.purses(entries):
            balances = {
                account: await self._ledger.balance(account) for account in (purse.free, purse.owed)
            }
            if amount := debts.payable(purse, balances, entries):
                due[purse] = amount
        return due


def _with_payments(unit: UnitOfWork, due: Mapping[Purse, Money]) -> UnitOfWork:
    for purse, amount in due.items():
        unit = _with_payment(unit, purse, amount)
    return unit


def _with_payment(unit: UnitOfWork, purse: Purse, amount: Money) -> UnitOfWork:
    """The payment belongs to the step that makes it payable, and is audited after it."""
    for number, step in enumerate(unit.steps):
        if purse in debts.purses(step.entries):
            key = f"{step.record.id}:debt-paid-{purse.asset.code}:{step.version}"
            payment = debts.paid(key, purse, amount)
            paying = attrs.evolve(step, entries=(*step.entries, payment))
            record = payment_record(payment, purse.owner, about=step.record.id, unit=unit)
            return attrs.evolve(
                unit,
                steps=(*unit.steps[:number], paying, *unit.steps[number + 1 :]),
                audit=(*unit.audit, record),
            )
    first, *_ = unit.entries
    payment = debts.paid(f"{first.key}:debt-paid-{purse.asset.code}", purse, amount)
    record = payment_record(payment, purse.owner, about=None, unit=unit)
    return attrs.evolve(unit, entries=(*unit.entries, payment), audit=(*unit.audit, record))
