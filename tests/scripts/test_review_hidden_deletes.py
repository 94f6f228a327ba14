"""Rows that a migration deletes in a roundabout way are deleted all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_migrations import check


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
