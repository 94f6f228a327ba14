"""What the database itself guarantees about the books, whoever writes: raw SQL, no adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

ADA_CASH = "cash:ada:USD/2"
ADA_BROKER = "broker:ada:USD/2"
FIRM_BROKER = "broker:firm:USD/2"
FIRM_OFFRAMP = "offramp:firm:USD/2"


@pytest.fixture
async def sql(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def post(
    sql: asyncpg.Connection,
    key: str,
    *,
    debit: str = ADA_BROKER,
    credit: str = ADA_CASH,
    asset: str = "USD/2",
    amount: int = 100,
) -> None:
    async with sql.transaction():
        await sql.execute("INSERT INTO entries (key, template, at) VALUES ($1, 't', now())", key)
        await sql.execute(
            "INSERT INTO postings (entry_key, line, debit, credit, asset, amount)"
            " VALUES ($1, 0, $2, $3, $4, $5)",
            key,
            debit,
            credit,
            asset,
            amount,
        )


async def balance(sql: asyncpg.Connection, name: str) -> int | None:
    found: int | None = await sql.fetchval("SELECT balance FROM balances WHERE name = $1", name)
    return found


async def test_a_posting_moves_both_balances(sql: asyncpg.Connection) -> None:
    await post(sql, "k")
    assert (await balance(sql, ADA_CASH), await balance(sql, ADA_BROKER)) == (100, 100)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET template = 'other'",
        "DELETE FROM entries",
        "TRUNCATE entries CASCADE",
        "UPDATE postings SET amount = 1",
        "DELETE FROM postings",
        "TRUNCATE postings",
        "UPDATE process_steps SET fact = 'Other'",
        "DELETE FROM process_steps",
        "TRUNCATE process_steps",
        "UPDATE accounts SET balance = 1000000",
        "INSERT INTO accounts VALUES ('cash:eve:USD/2', 'cash', 'eve', 'USD/2', true, 1000000)",
        "DELETE FROM accounts",
        "TRUNCATE accounts",
        "INSERT INTO account_changes (account, change) VALUES ('broker:firm:USD/2', 1)",
        "UPDATE account_changes SET change = 1",
        "TRUNCATE account_changes",
    ],
)
async def test_the_books_are_append_only(sql: asyncpg.Connection, statement: str) -> None:
    await post(sql, "k")
    await post(sql, "pooled", debit=FIRM_BROKER, credit=FIRM_OFFRAMP)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await sql.execute(statement)
    assert await balance(sql, ADA_CASH) == 100


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"credit": "cash:ada:USDC/6"}, "one_asset"),
        ({"asset": "USDC/6"}, "one_asset"),
        ({"credit": ADA_BROKER}, "one_asset"),
        ({"amount": -1}, "amount_positive"),
        ({"amount": 0}, "amount_positive"),
        ({"debit": ADA_CASH, "credit": ADA_BROKER}, "balance_not_negative"),
    ],
)
async def test_a_posting_that_breaks_a_rule_is_refused_by_its_name(
    sql: asyncpg.Connection, changes: dict[str, str | int], rule: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await post(sql, "k", **changes)  # type: ignore[arg-type]
    assert refused.value.constraint_name == rule
    assert await sql.fetchval("SELECT count(*) FROM entries") == 0


async def test_an_unknown_role_is_refused(sql: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await post(sql, "k", debit="gift:ada:USD/2")


async def test_a_posting_needs_its_entry(sql: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await sql.execute(
            "INSERT INTO postings (entry_key, line, debit, credit, asset, amount)"
            " VALUES ('nobody', 0, $1, $2, 'USD/2', 1)",
            ADA_BROKER,
            ADA_CASH,
        )


async def test_a_key_is_posted_once(sql: asyncpg.Connection) -> None:
    await post(sql, "k")
    with pytest.raises(asyncpg.UniqueViolationError):
        await post(sql, "k")
    assert await balance(sql, ADA_CASH) == 100


async def test_changes_of_pooled_accounts_wait_and_fold(sql: asyncpg.Connection) -> None:
    for number in range(3):
        await post(sql, f"k-{number}", debit=FIRM_BROKER, credit=FIRM_OFFRAMP)
    rolled_up = "SELECT balance FROM accounts WHERE name = $1"
    assert await sql.fetchval(rolled_up, FIRM_BROKER) == 0
    assert await balance(sql, FIRM_BROKER) == 300
    await sql.execute("DELETE FROM account_changes")
    assert await sql.fetchval(rolled_up, FIRM_BROKER) == 300
    assert await sql.fetchval(rolled_up, FIRM_OFFRAMP) == -300
    assert await balance(sql, FIRM_BROKER) == 300
