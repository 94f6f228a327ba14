"""The ledger in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from adapters.memory.database import InMemoryDatabase
from adapters.memory.support.accounts import net_changes
from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry
from domain.money import Asset, Money
from ports.ledger import MOVEMENTS_MAX, Ledger, Movement, TooManyMovements
from ports.processes import UnitOfWork


class InMemoryLedger(Ledger):
    """As strict as the one in PostgreSQL."""

    def __init__(self, database: InMemoryDatabase) -> None:
        self._database = database

    async def post(self, entry: Entry, *, at: datetime) -> None:
        self._database.write(UnitOfWork(at=at, entries=(entry,)))

    async def balance(self, account: Account) -> Money:
        return Money(self._balances().get(account, 0), account.asset)

    async def balances(self, owner: InvestorId) -> Mapping[Account, Money]:
        return {
            account: Money(minor, account.asset)
            for account, minor in sorted(self._balances().items(), key=lambda item: str(item[0]))
            if account.owner == owner and minor
        }

    async def movements(
        self, owner: InvestorId | None, *, since: ProcessId, roles: Collection[Role]
    ) -> Sequence[Movement]:
        found = [
            Movement(
                process_id=row.process_id,
                key=row.entry.key,
                template=row.entry.template,
                at=row.at,
                posting=posting,
            )
            for row in self._database.accounts.entries.values()
            if row.process_id is not None and self._is_of(row.process_id, owner, since)
            for posting in row.entry.postings
            if {posting.debit.role, posting.credit.role} & set(roles)
        ]
        if len(found) > MOVEMENTS_MAX:
            raise TooManyMovements
        return found

    def _is_of(self, process_id: ProcessId, owner: InvestorId | None, since: ProcessId) -> bool:
        record = self._database.processes[process_id].record
        return process_id >= since and owner in {None, record.investor_id}

    async def totals(self) -> Mapping[tuple[Role, Asset], Money]:
        sums: Counter[tuple[Role, Asset]] = Counter()
        for account, minor in self._balances().items():
            sums[account.role, account.asset] += minor
        return {key: Money(sums[key], key[1]) for key in sorted(sums, key=_by_name)}

    async def imbalances(self) -> Mapping[str, str]:
        held = self._balances()
        posted = self._database.accounts.entries.values()
        expected = net_changes(row.entry for row in posted)
        wrong = {
            str(account): f"holds {held.get(account, 0)}, its postings say {expected[account]}"
            for account in held.keys() | expected.keys()
            if held.get(account, 0) != expected[account]
        }
        return wrong | _one_sided(held)

    async def roll_up(self, *, limit: int) -> int:
        return self._database.accounts.fold(limit=limit)

    def _balances(self) -> Mapping[Account, int]:
        return self._database.accounts.balances()


def _by_name(key: tuple[Role, Asset]) -> tuple[str, str]:
    return key[0].value, str(key[1])


def _one_sided(held: Mapping[Account, int]) -> dict[str, str]:
    debits: Counter[Asset] = Counter()
    credits_: Counter[Asset] = Counter()
    for account, minor in held.items():
        (debits if account.role.is_debit_normal else credits_)[account.asset] += minor
    return {
        str(asset): f"debits {debits[asset]}, credits {credits_[asset]}"
        for asset in debits.keys() | credits_.keys()
        if debits[asset] != credits_[asset]
    }
