"""The ledger in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.postgres.constraint_errors import refusal
from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.pool import Pool
from adapters.postgres.queries import QUERIES
from adapters.postgres.units import rows_of
from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import Asset, Money
from ports.ledger import MOVEMENTS_MAX, Ledger, Movement, TooManyMovements
from ports.processes import UnitOfWork

PROCESSES_MAX = 200_000
"""The most processes whose postings are looked for at once, of which most have none."""


class PostgresLedger(Ledger):
    """Balances are read from the primary and include changes that are not rolled up yet."""

    def __init__(self, pool: Pool, commits: GroupCommit) -> None:
        self._pool = pool
        self._commits = commits

    async def post(self, entry: Entry, *, at: datetime) -> None:
        violated = await self._commits.commit(rows_of(UnitOfWork(at=at, entries=(entry,))))
        if violated:
            raise refusal(violated)

    async def balance(self, account: Account) -> Money:
        minor = await self._pool.fetchval(QUERIES["account_balance"], str(account))
        return Money(minor or 0, account.asset)

    async def balances(self, owner: InvestorId) -> Mapping[Account, Money]:
        rows = await self._pool.fetch(QUERIES["balances_of_owner"], owner)
        accounts = [(Account.parse(row["name"]), row["balance"]) for row in rows]
        return {account: Money(minor, account.asset) for account, minor in accounts}

    async def movements(
        self, owner: InvestorId | None, *, since: ProcessId, roles: Collection[Role]
    ) -> Sequence[Movement]:
        names, most = [role.value for role in roles], MOVEMENTS_MAX + 1
        if owner is None:
            query = QUERIES["ledger_movements"]
            rows = await self._pool.fetch(query, since, names, most, PROCESSES_MAX)
            if rows and rows[0]["processes"] == PROCESSES_MAX:
                raise TooManyMovements
        else:
            query = QUERIES["ledger_movements_of_owner"]
            rows = await self._pool.fetch(query, owner, since, names, most)
        if len(rows) > MOVEMENTS_MAX:
            raise TooManyMovements
        return [_movement(row) for row in rows]

    async def totals(self) -> Mapping[tuple[Role, Asset], Money]:
        rows = await self._pool.fetch(QUERIES["ledger_totals"])
        keys = [(Role(row["role"]), Asset.parse(row["asset"])) for row in rows]
        return {key: Money(row["balance"], key[1]) for key, row in zip(keys, rows, strict=True)}

    async def imbalances(self) -> Mapping[str, str]:
        wrong = {
            row["name"]: f"holds {row['held']}, its postings say {row['expected']}"
            for row in await self._pool.fetch(QUERIES["ledger_imbalances"])
        }
        for row in await self._pool.fetch(QUERIES["ledger_sides"]):
            if row["debits"] != row["credits"]:
                wrong[row["asset"]] = f"debits {row['debits']}, credits {row['credits']}"
        return wrong

    async def roll_up(self, *, limit: int) -> int:
        status = await self._pool.execute(QUERIES["roll_up_changes"], limit)
        return int(status.rpartition(" ")[2])


def _movement(row: Any) -> Movement:
    amount = Money(row["amount"], Asset.parse(row["asset"]))
    return Movement(
        process_id=ProcessId(row["process_id"]),
        key=row["key"],
        template=row["template"],
        at=row["at"],
        posting=Posting(Account.parse(row["debit"]), Account.parse(row["credit"]), amount),
    )
