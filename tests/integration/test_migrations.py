from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import attrs
import pytest

from adapters.postgres import migrator
from adapters.postgres.migration_files import Check, Migration, migrations
from entrypoints.migrate.__main__ import main
from tests.migrations.catalogue import rows, schema
from tests.migrations.round_trips import round_trips, seed

NAMES = [migration.name for migration in migrations()]


@pytest.fixture
async def sql(blank_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(blank_database_url)
    yield connection
    await connection.close()


@pytest.fixture
def numbered(monkeypatch: pytest.MonkeyPatch) -> list[Migration]:
    """Migrations of the test's own in place of the repository's."""
    own: list[Migration] = []
    monkeypatch.setattr(migrator, "migrations", lambda: tuple(own))
    return own


async def applied(sql: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await sql.fetch("SELECT name FROM schema_migrations ORDER BY name")]


def with_check(when: str, check: Check) -> Migration:
    plain = Migration(name="0001_pre_t", up="CREATE TABLE t ()", down="DROP TABLE t")
    if when == "before":
        return attrs.evolve(plain, before=(check,))
    return attrs.evolve(plain, after=(check,))


async def test_every_migration_goes_down_up_and_down_again_on_data(
    blank_database_url: str,
) -> None:
    done = await round_trips(blank_database_url)
    assert [each.name for each in done] == NAMES[::-1]
    assert done[0].tables_with_rows >= 10


async def test_the_whole_chain_goes_up_down_and_up_again(
    sql: asyncpg.Connection, blank_database_url: str
) -> None:
    empty = await schema(sql)
    assert await migrator.pending(blank_database_url) == NAMES
    assert await migrator.migrate(blank_database_url) == NAMES
    head = await schema(sql)
    assert await migrator.migrate(blank_database_url) == []
    undone = await migrator.roll_back(blank_database_url, steps=len(NAMES))
    assert undone == NAMES[::-1]
    assert await schema(sql) == empty
    assert await migrator.migrate(blank_database_url) == NAMES
    assert await schema(sql) == head
    assert await migrator.pending(blank_database_url) == []


async def test_an_edited_migration_is_refused(
    sql: asyncpg.Connection, blank_database_url: str
) -> None:
    await migrator.migrate(blank_database_url)
    await sql.execute("UPDATE schema_migrations SET checksum = 'x' WHERE name = $1", NAMES[0])
    with pytest.raises(migrator.MigrationChanged, match=NAMES[0]):
        await migrator.migrate(blank_database_url)
    assert [s.name for s in await migrator.states(blank_database_url) if s.is_changed] == NAMES[:1]


async def test_three_runners_at_once_apply_each_migration_once(
    sql: asyncpg.Connection, blank_database_url: str
) -> None:
    done = await asyncio.gather(*(migrator.migrate(blank_database_url) for _ in range(3)))
    assert sorted(name for names in done for name in names) == sorted(NAMES)
    assert await applied(sql) == sorted(NAMES)


async def test_a_runner_waits_for_another_no_longer_than_said(
    sql: asyncpg.Connection, blank_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrator, "RUNNER_TIMEOUT_S", 0.1)
    await sql.execute("SELECT pg_advisory_lock($1)", migrator.LOCK_ID)
    with pytest.raises(migrator.Blocked):
        await migrator.migrate(blank_database_url)


async def test_a_migration_that_gets_no_lock_lets_the_others_work_and_is_not_applied(
    sql: asyncpg.Connection,
    blank_database_url: str,
    numbered: list[Migration],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrator, "LOCK_TIMEOUT_S", 0.1)
    numbered.append(Migration(name="0001_pre_t", up="CREATE TABLE t ()", down="DROP TABLE t"))
    await migrator.migrate(blank_database_url)
    numbered.append(
        Migration(name="0002_pre_n", up="ALTER TABLE t ADD n int", down="ALTER TABLE t DROP n")
    )
    async with sql.transaction():
        await sql.execute("LOCK TABLE t IN ACCESS SHARE MODE")
        with pytest.raises(migrator.Blocked):
            await migrator.migrate(blank_database_url)
    assert await applied(sql) == ["0001_pre_t"]
    assert await migrator.migrate(blank_database_url) == ["0002_pre_n"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_migration_whose_check_fails_is_not_applied(
    sql: asyncpg.Connection, blank_database_url: str, numbered: list[Migration], when: str
) -> None:
    numbered.append(with_check(when, Check("two is one", "SELECT 2 = 1")))
    with pytest.raises(migrator.CheckFailed, match=f"{when} 0001_pre_t: two is one"):
        await migrator.migrate(blank_database_url)
    assert await applied(sql) == []
    assert await schema(sql) == set()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_migration_whose_check_fails_is_not_taken_back(
    sql: asyncpg.Connection, blank_database_url: str, numbered: list[Migration], when: str
) -> None:
    numbered.append(with_check(when, Check("one is one", "SELECT 1 = 1")))
    await migrator.migrate(blank_database_url)
    numbered[:] = [with_check(when, Check("it is null", "SELECT NULL"))]
    with pytest.raises(migrator.CheckFailed, match="rolling back 0001_pre_t"):
        await migrator.roll_back(blank_database_url)
    assert await applied(sql) == ["0001_pre_t"]


def test_the_checks_of_a_migration_are_read_from_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "0001_pre_t.up.sql").write_text("CREATE TABLE t ();")
    (tmp_path / "0001_pre_t.down.sql").write_text("DROP TABLE t;")
    (bare,) = migrations(tmp_path)
    assert (bare.before, bare.after) == ((), ())
    (tmp_path / "0001_pre_t.check.sql").write_text(
        "-- before: one\nSELECT 1 = 1;\n\n-- after: two\nSELECT\n 2 = 2;\n-- after: three\nSELECT true;"
    )
    (checked,) = migrations(tmp_path)
    assert checked.before == (Check("one", "SELECT 1 = 1;"),)
    assert checked.after == (Check("two", "SELECT\n 2 = 2;"), Check("three", "SELECT true;"))
    assert checked.checksum == bare.checksum


class TestCommandLine:
    def run(self, dsn: str, *argv: str, environment: str = "test") -> int:
        return main(argv, {"DATABASE_URL": dsn, "STACK_ENVIRONMENT": environment})

    def test_it_goes_up_and_down_and_says_where_it_is(
        self, blank_database_url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(blank_database_url, "check") == 1
        assert self.run(blank_database_url, "up", "1") == 0
        assert self.run(blank_database_url) == 0
        assert self.run(blank_database_url, "check") == 0
        assert self.run(blank_database_url, "down", "1") == 0
        capsys.readouterr()
        assert self.run(blank_database_url, "status") == 0
        *others, last = capsys.readouterr().out.splitlines()
        assert last == f"{NAMES[-1]}  missing"
        assert all("  applied 20" in line for line in others)

    def test_what_it_applied_and_rolled_back_is_named(
        self, blank_database_url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.run(blank_database_url, "up", "2")
        self.run(blank_database_url, "down", "1")
        self.run(blank_database_url, "down", "1")
        self.run(blank_database_url, "down", "1")
        first, second = NAMES[:2]
        assert capsys.readouterr().out.splitlines() == [
            *(f"applied {first}", f"applied {second}"),
            *(f"rolled back {second}", f"rolled back {first}"),
            "no migration is applied",
        ]

    @pytest.mark.parametrize("environment", ["production", "staging"])
    async def test_down_is_refused_where_it_matters_without_yes(
        self, database_url: str, environment: str
    ) -> None:
        await seed(database_url)
        loop = asyncio.get_running_loop()

        async def down(*argv: str) -> int:
            def call() -> int:
                return self.run(database_url, "down", "1", *argv, environment=environment)

            return await loop.run_in_executor(None, call)

        kept = await asyncpg.connect(database_url)
        before = await rows(kept)
        assert await down() == 2
        assert await rows(kept) == before
        assert await migrator.pending(database_url) == []
        assert await down("--yes") == 0
        assert await migrator.pending(database_url) == NAMES[-1:]
        await kept.close()

    @pytest.mark.parametrize("argv", [("down",), ("down", "0"), ("sideways",)])
    def test_what_makes_no_sense_is_refused(self, argv: tuple[str, ...]) -> None:
        with pytest.raises(SystemExit):
            self.run("postgresql://nowhere", *argv)

    def test_without_an_address_it_says_so(self) -> None:
        assert main([], {}) == 2
