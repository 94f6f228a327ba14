"""Units that are written together: who is refused, and who has to wait for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import asyncpg
import attrs
import orjson
import pytest

from adapters.postgres.constraint_errors import refusal
from adapters.postgres.group_commit import UNSTORABLE, GroupCommit
from adapters.postgres.observer import Outcome, QueryObserver
from adapters.postgres.pool import Pool, open_pool
from adapters.postgres.queries import QUERIES
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.units import Rows, rows_of
from domain.ids import InvestorId
from ports.errors import StoreRefused
from tests.support import builders as a

ROUNDS = 15


@attrs.define
class Outcomes(QueryObserver):
    """How every query ended."""

    seen: list[Outcome] = attrs.field(factory=list)

    def on_query(self, name: str, *, duration_s: float, outcome: Outcome) -> None:
        self.seen.append(outcome)


def one_lane(pool: Pool, dsn: str) -> GroupCommit:
    return GroupCommit(pool, PostgresSettings(dsn=dsn, commit_lanes=1))


async def all_at_once(commits: GroupCommit, units: Iterable[Rows]) -> Sequence[str]:
    """Whoever comes first begins a lane, which then finds all of them waiting."""
    return await asyncio.gather(*(commits.commit(unit) for unit in units))


def stale() -> Rows:
    return rows_of(a.unit(attrs.evolve(a.opening(a.deposit(99)), version=7)))


def moving(key: str, *owners: str) -> list[Rows]:
    """One unit an owner, each of which moves that owner's balance."""
    entries = (a.funding(InvestorId(owner), "1.00", key=f"{key}:{owner}") for owner in owners)
    return [rows_of(a.unit(entries=(entry,))) for entry in entries]


async def test_entries_are_numbered_in_the_order_of_the_act(database_url: str) -> None:
    entries = tuple(a.funding(a.EVE, "1.00", key=key) for key in ("z", "a", "m"))
    async with open_pool(PostgresSettings(dsn=database_url), application="test") as pool:
        lane = one_lane(pool, database_url)
        assert await lane.commit(rows_of(a.unit(entries=entries))) == ""
        keys = await pool.fetch("SELECT key FROM entries ORDER BY seq")
    assert [row["key"] for row in keys] == ["z", "a", "m"]


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("rule", ["stale_version", UNSTORABLE])
async def test_of_those_that_come_together_only_the_one_to_blame_is_refused(
    database_url: str, place: int, rule: str
) -> None:
    bad = stale() if rule == "stale_version" else {"entries": [{"key": "\x00"}]}
    units = moving("e", "ann", "bob", "cid", "dan")
    units.insert(place, bad)
    async with open_pool(PostgresSettings(dsn=database_url), application="test") as pool:
        found = await all_at_once(one_lane(pool, database_url), units)
        keys = await pool.fetch("SELECT key FROM entries ORDER BY key")
    assert found == [rule if n == place else "" for n in range(5)]
    assert [row["key"] for row in keys] == ["e:ann", "e:bob", "e:cid", "e:dan"]


BROKEN = """
    CREATE FUNCTION refuse_cid() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.key LIKE '%cid' THEN
            RAISE EXCEPTION 'a rule that names no constraint';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER refuse_cid BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION refuse_cid();
"""


@pytest.mark.situation(
    "One of several units that are written together breaks a rule that the product does not know",
    must="that unit is refused as a defect of ours; the others are written",
)
async def test_a_refusal_that_names_no_rule_is_of_one_unit_too(database_url: str) -> None:
    async with open_pool(PostgresSettings(dsn=database_url), application="test") as pool:
        await pool.execute(BROKEN)
        found = await all_at_once(
            one_lane(pool, database_url), moving("e", "ann", "bob", "cid", "dan")
        )
        keys = await pool.fetch("SELECT key FROM entries ORDER BY key")
    assert [row["key"] for row in keys] == ["e:ann", "e:bob", "e:dan"]
    assert [bool(each) for each in found] == [False, False, True, False]
    assert isinstance(refusal(found[2]), StoreRefused)


async def test_what_json_cannot_hold_takes_nobody_along(database_url: str) -> None:
    units = [*moving("e", "ann"), {"entries": [{"key": "\ud800"}]}]
    async with open_pool(PostgresSettings(dsn=database_url), application="test") as pool:
        assert await all_at_once(one_lane(pool, database_url), units) == ["", UNSTORABLE]
    with pytest.raises(orjson.JSONEncodeError):
        orjson.dumps("\ud800")


async def test_lanes_that_must_write_again_in_parts_do_not_wait_for_each_other_for_ever(
    database_url: str,
) -> None:
    outcomes = Outcomes()
    settings = PostgresSettings(dsn=database_url)
    async with open_pool(settings, application="test", observer=outcomes) as pool:
        lanes = [one_lane(pool, database_url) for _ in range(2)]
        for n in range(ROUNDS):
            first = [*moving(f"a{n}", "ann", "bob"), stale(), *moving(f"a{n}", "cid", "dan")]
            second = [*moving(f"b{n}", "dan", "cid"), stale(), *moving(f"b{n}", "bob", "ann")]
            refused = await asyncio.gather(
                *(all_at_once(c, u) for c, u in zip(lanes, (first, second), strict=True))
            )
            assert refused == [["", "", "stale_version", "", ""]] * 2
    assert set(outcomes.seen) == {Outcome.OK}


async def test_a_unit_that_breaks_a_rule_without_a_name_is_not_called_written(
    database_url: str,
) -> None:
    nameless = '{"processes": [{"id": "00000000-0000-7000-8000-000000000001", "version": 1}]}'
    connection = await asyncpg.connect(database_url)
    rule = await connection.fetchval(QUERIES["commit_units"], nameless)
    written = await connection.fetchval("SELECT count(*) FROM processes")
    await connection.close()
    assert written == 0
    assert rule == "23502"
