"""What the database of a running stack says; reading only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import attrs

from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import Pool, open_pool
from adapters.postgres.settings import PostgresSettings
from domain.ids import InvestorId
from domain.money import Money
from entrypoints.cli import conservation
from entrypoints.cli.api import Api, until

Row = tuple[str, str, str, str]
"""One posting: debited account, credited account, amount in minor units, and what it is for."""

NOTHING: Mapping[str, str] = {}

POSTINGS = """
    SELECT e.key, e.template, p.debit, p.credit, p.amount
      FROM postings p
      JOIN entries e ON e.key = p.entry_key
      JOIN processes o ON o.id::text = split_part(e.key, ':', 1)
     WHERE o.investor_id = $1
     ORDER BY e.seq, p.line
"""
PROCESSES = "SELECT id::text, kind FROM processes WHERE investor_id = $1 ORDER BY id"


@attrs.frozen
class Books:
    """The ledger and everything kept beside it."""

    pool: Pool
    ledger: PostgresLedger

    async def balances(self, owner: str) -> dict[str, str]:
        """Every balance of ``owner`` that is not zero, by role and asset."""
        found = await self.ledger.balances(InvestorId(owner))
        return {f"{a.role.value} {a.asset.code}": money.decimal for a, money in found.items()}

    async def story(self, investor_id: str) -> Sequence[Row]:
        """
        Every posting of the investor's processes, told without anybody's identity.

        Processes are called by their kind and the order in which they began, so that two investors who
        did the same have the same story.
        """
        names = {investor_id: "investor"}
        for number, row in enumerate(await self.pool.fetch(PROCESSES, investor_id)):
            names[row["id"]] = f"{row['kind']}-{number}"
        rows = await self.pool.fetch(POSTINGS, investor_id)
        return sorted(
            (
                _renamed(row["debit"], names),
                _renamed(row["credit"], names),
                str(row["amount"]),
                f"{row['template']} {_renamed(row['key'], names)}",
            )
            for row in rows
        )

    async def entries(self, process_id: str) -> Sequence[str]:
        """The templates of a process's entries, in the order they were posted."""
        query = "SELECT template FROM entries WHERE key LIKE $1 || ':%' ORDER BY seq"
        return [row["template"] for row in await self.pool.fetch(query, process_id)]

    async def count(self, query: str, *arguments: object) -> int:
        return int(await self.pool.fetchval(f"SELECT count(*) FROM {query}", *arguments))

    async def agree(self, sandbox: Api, *, beyond: Mapping[str, str] = NOTHING) -> None:
        """
        Wait until every asset is where our books say it is, and ``beyond`` them nothing else.

        Providers' news may be a moment behind their books; a difference that stays is a failure.
        """

        async def differences() -> Sequence[str]:
            totals = await self.ledger.totals()
            rows = conservation.compare(totals, await sandbox.get("/sandbox/books"))
            return [
                f"{row.place} {row.asset.code}: ours {row.ours.decimal}, theirs {row.theirs.decimal}"
                for row in rows
                if row.theirs - Money.of(beyond.get(row.place, "0"), row.asset) != row.ours
            ]

        await until(differences, lambda found: not found, what="agreement of all books")
        assert await self.ledger.imbalances() == {}


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for identity, name in names.items():
        text = text.replace(identity, name)
    return text


@asynccontextmanager
async def open_books(dsn: str) -> AsyncIterator[Books]:
    settings = PostgresSettings(dsn=dsn, pool_size_max=4)
    async with open_pool(settings, application="test") as pool:
        unused = GroupCommit(pool, settings)
        yield Books(pool, PostgresLedger(pool, unused))
