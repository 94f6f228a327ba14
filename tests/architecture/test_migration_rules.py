"""ADR 0018: a migration that loses data, blocks others or has no way back is refused without a mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_migrations import CONTRACTING, check

CHECKS = "-- before: it is not there\nSELECT true;\n-- after: it is there\nSELECT true;\n"
BIG = "CREATE INDEX t_by_n ON t (n);"
REASON = "-- allow: {} because the table is small\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def add(folder: Path, up: str, *, name: str = "0001_pre_t", checks: str = CHECKS) -> None:
    (folder / f"{name}.up.sql").write_text(up)
    (folder / f"{name}.down.sql").write_text("SELECT 1;")
    (folder / f"{name}.check.sql").write_text(checks)


def rules(folder: Path) -> set[str]:
    return {finding.rule for finding in check(folder)}


def test_the_migrations_of_this_repository_are_fine() -> None:
    assert [str(finding) for finding in check()] == []


def test_what_only_adds_is_fine(folder: Path) -> None:
    add(folder, "CREATE TABLE t (n bigint);\nCREATE INDEX t_by_n ON t (n);")
    assert rules(folder) == set()


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("DROP TABLE t;", "ban-drop-table"),
        ("ALTER TABLE t DROP COLUMN n;", "ban-drop-column"),
        ("ALTER TABLE t RENAME COLUMN n TO m;", "renaming-column"),
        ("ALTER TABLE t RENAME TO u;", "renaming-table"),
        ("ALTER TABLE t ALTER COLUMN n TYPE text;", "changing-column-type"),
        ("DELETE FROM t WHERE n = 1;", "deletes-rows"),
        ("TRUNCATE t;", "deletes-rows"),
    ],
)
def test_what_the_release_before_needs_goes_only_in_a_post_migration_and_with_a_mark(
    folder: Path, statement: str, rule: str
) -> None:
    add(folder, statement)
    assert rule in rules(folder) & CONTRACTING
    add(folder, REASON.format(rule) + statement)
    assert rule in rules(folder)
    for path in folder.glob("*.sql"):
        path.unlink()
    add(folder, statement, name="0001_post_t")
    assert rule in rules(folder)
    add(folder, REASON.format(rule) + statement, name="0001_post_t")
    assert rule not in rules(folder)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (BIG, "require-concurrent-index-creation"),
        ("ALTER TABLE t ALTER COLUMN n SET NOT NULL;", "adding-not-nullable-field"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);", "constraint-missing-not-valid"),
        ("LOCK TABLE t;", "locks-a-table"),
        ("DROP TRIGGER entries_are_immutable ON entries;", "lifts-a-guard"),
        ("ALTER TABLE t DISABLE TRIGGER ALL;", "lifts-a-guard"),
        ("COMMIT;", "controls-the-transaction"),
    ],
)
def test_what_stops_others_or_lifts_a_guard_needs_a_mark(
    folder: Path, statement: str, rule: str
) -> None:
    add(folder, statement)
    assert rule in rules(folder)
    add(folder, REASON.format(rule) + statement)
    assert rule not in rules(folder)
    add(folder, statement, checks=CHECKS + REASON.format(rule))
    assert rule not in rules(folder)


def test_a_mark_says_why_and_allows_something(folder: Path) -> None:
    rule = "require-concurrent-index-creation"
    add(folder, f"-- allow: {rule}\n{BIG}")
    assert rule in rules(folder)
    add(folder, REASON.format("ban-drop-table") + "CREATE TABLE t ();")
    (finding,) = check(folder)
    assert finding.message == "the mark allows what is not there"


def test_a_function_may_be_put_behind_a_new_one_of_its_name_but_not_be_taken_away(
    folder: Path,
) -> None:
    away = "ALTER FUNCTION f(int) RENAME TO f_before;\n"
    add(folder, away)
    assert rules(folder) == {"renaming-object"}
    add(folder, away + "CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql RETURN f_before(n);")
    assert rules(folder) == set()


def test_what_a_function_does_when_it_is_called_is_no_migration(folder: Path) -> None:
    add(
        folder,
        "-- DROP TABLE t;\nCREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\n"
        "BEGIN\n    DELETE FROM t;\nEND $$;",
    )
    assert rules(folder) == set()


def test_names_numbers_and_the_way_down_are_held_to(folder: Path) -> None:
    add(folder, "CREATE TABLE t ();", name="0002_pre_t")
    assert rules(folder) == {"number"}
    add(folder, "CREATE TABLE s ();", name="0001_sometime_s")
    assert rules(folder) == {"name"}
    (folder / "0002_pre_t.down.sql").unlink()
    (folder / "0001_sometime_s.check.sql").unlink()
    assert rules(folder) == {"name", "no-way-down", "no-checks"}
    (folder / "0003_pre_u.down.sql").write_text("")
    (folder / "notes.sql").write_text("")
    assert rules(folder) == {"name", "no-way-down", "no-checks", "no-way-up"}


@pytest.mark.parametrize(
    "statement",
    [
        "/* tidy up */ DELETE FROM jobs;",
        "WITH gone AS (DELETE FROM jobs RETURNING 1) SELECT count(*) FROM gone;",
        "DO $$ BEGIN DELETE FROM jobs; END $$;",
    ],
)
def test_a_delete_is_seen_wherever_it_stands(tmp_path: Path, statement: str) -> None:
    (tmp_path / "0001_pre_first.up.sql").write_text(statement)
    assert "deletes-rows" in {finding.rule for finding in check(tmp_path)}


def test_a_function_that_will_delete_deletes_nothing_yet(tmp_path: Path) -> None:
    body = "$$ BEGIN DELETE FROM jobs; END $$"
    text = f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS {body};"
    (tmp_path / "0001_pre_first.up.sql").write_text(text)
    assert "deletes-rows" not in {finding.rule for finding in check(tmp_path)}
