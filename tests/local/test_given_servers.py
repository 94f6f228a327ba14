"""Servers that a person names and that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from entrypoints.local.errors import CannotStart
from entrypoints.local.ports import free_port
from entrypoints.local.valkey import local_valkey
from entrypoints.migrate import __main__ as migrating


@pytest.mark.parametrize("url", ["redis://127.0.0.1:{port}/0", "127.0.0.1:{port}", "redis://h:x/"])
def test_a_redis_url_that_leads_nowhere_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url.format(port=free_port()))
    with pytest.raises(CannotStart, match="REDIS_URL"), local_valkey(tmp_path / "valkey"):
        pytest.fail("there is no server")


@pytest.mark.parametrize("dsn", ["postgresql://me:secret@127.0.0.1:{port}/stack", "me:secret@host"])
def test_a_database_url_that_leads_nowhere_is_one_line_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dsn: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", dsn.format(port=free_port()))
    assert migrating.main([]) == 1
    told = capsys.readouterr().err
    assert told.startswith("the database cannot be reached: ")
    assert len(told.splitlines()) == 1
    assert "secret" not in told
