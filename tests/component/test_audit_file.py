"""The exported audit trail: whatever is changed in the file is found by whoever holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.memory.audit import InMemoryAuditTrail
from adapters.memory.database import InMemoryDatabase
from domain.audit.canonical import canonical
from entrypoints.cli import audit
from entrypoints.cli.__main__ import main
from tests.support import builders as a
from tests.support.builders import AT

Change = Callable[[list[bytes]], list[bytes]]


async def a_trail(blocks: int = 3, records: int = 2) -> InMemoryAuditTrail:
    """One block an hour."""
    database = InMemoryDatabase()
    trail = InMemoryAuditTrail(database)
    for number in range(blocks):
        written = tuple(a.audit_record(records * number + n) for n in range(records))
        database.write(a.unit(audit=written))
        await trail.seal(at=AT + timedelta(hours=number), limit=records)
    return trail


async def exported(path: Path, *, since: str = "", until: str = "", blocks: int = 3) -> Path:
    report = await audit.export(
        await a_trail(blocks),
        path / "audit.jsonl",
        since=audit.moment(since) if since else None,
        until=audit.moment(until) if until else None,
    )
    assert report.is_sound
    return path / "audit.jsonl"


def found(file: Path, *, witness: str | None = None) -> list[str]:
    return audit.verify_file(file, witness=witness).differences


async def test_an_exported_file_is_intact(tmp_path: Path) -> None:
    report = audit.verify_file(await exported(tmp_path), witness=None)
    assert report.is_sound
    assert (report.verification.blocks, report.verification.records) == (3, 6)
    assert len((tmp_path / "audit.jsonl").read_bytes().splitlines()) == 3 + 6 + 1


async def test_an_empty_trail_can_be_exported_too(tmp_path: Path) -> None:
    assert found(await exported(tmp_path, blocks=0)) == []


async def test_any_changed_byte_is_found(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    await audit.export(await a_trail(blocks=2, records=1), file, since=None, until=None)
    content = bytearray(file.read_bytes())
    for place in range(len(content)):
        bit = 0x20 if place % 2 else 0x01
        content[place] ^= bit
        file.write_bytes(content)
        assert found(file) != [], place
        content[place] ^= bit


async def test_a_changed_record_is_named(tmp_path: Path) -> None:
    file = await exported(tmp_path)
    file.write_bytes(file.read_bytes().replace(b'"number":"3"', b'"number":"4"'))
    assert found(file) == ["block 2, record 4: was changed"]


async def test_a_line_that_was_broken_is_named(tmp_path: Path) -> None:
    file = await exported(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:5], lines[5].replace(b":", b";", 1), *lines[6:]]))
    assert found(file) == ["line 6 is not as export-audit wrote it"]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda lines: lines[:-1], "the file ends after line 9 without its last line"),
        (lambda lines: lines[:-4] + lines[-1:], "line 7 does not match the lines before it"),
        (lambda lines: [*lines, lines[-1]], "line 11 is not as export-audit wrote it"),
        (lambda lines: lines[1:], "line 1 does not match the lines before it"),
        (lambda _: [], "the file ends after line 0 without its last line"),
        (lambda lines: [b"[]\n", *lines], "line 1 is not as export-audit wrote it"),
        (lambda lines: [canonical({"block": {}, "hash": ""}) + b"\n", *lines], "line 1 is not"),
        (lambda lines: lines[:1] + lines[2:], "block 1: holds 1 records instead of 2"),
        (lambda lines: lines[:3] + lines[6:], "block 2: is missing; block 3 comes instead"),
    ],
    ids=["cut", "shortened", "longer", "headless", "empty", "list", "blank", "record", "block"],
)
async def test_a_file_that_is_not_whole_is_found_out(
    tmp_path: Path, change: Change, difference: str
) -> None:
    file = await exported(tmp_path)
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))
    assert found(file)[0].startswith(difference)


@pytest.mark.parametrize(
    ("since", "until", "numbers"),
    [
        ("2026-01-05T16:00", "", [2, 3]),
        ("", "2026-01-05T17:00:00Z", [1, 2]),
        ("2026-01-05T17:00:00+01:00", "2026-01-05T17:00", [2]),
        ("2026-01-06", "", []),
        ("2026-01-05", "2026-01-06", [1, 2, 3]),
    ],
)
async def test_a_span_is_exported_by_the_time_of_sealing(
    tmp_path: Path, since: str, until: str, numbers: list[int]
) -> None:
    file = await exported(tmp_path, since=since, until=until)
    assert found(file) == []
    text = file.read_text()
    assert [n for n in range(1, 4) if f'"number":{n},' in text] == numbers


def test_a_moment_is_in_utc_unless_it_says_otherwise() -> None:
    assert audit.moment("2026-01-05") == datetime(2026, 1, 5, tzinfo=UTC)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        audit.moment("yesterday")


async def test_a_forged_history_lacks_the_hash_that_somebody_remembers(tmp_path: Path) -> None:
    file = await exported(tmp_path)
    report = audit.verify_file(file, witness=None)
    assert report.verification.head is not None
    remembered = report.verification.head.hash
    assert found(file, witness=remembered) == []
    assert found(await exported(tmp_path, blocks=2), witness=remembered) == [
        f"no block has the hash {remembered}"
    ]


async def test_the_command_needs_no_database_for_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = await exported(tmp_path)
    assert main(["verify-audit", "--file", str(file)]) == 0
    assert "intact: 6 records in 3 blocks\nhead: block 3, " in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b'"number":"3"', b'"number":"4"'))
    assert main(["verify-audit", "--file", str(file)]) == 1
    assert capsys.readouterr().out.startswith("DIFFERS: block 2, record 4: was changed\nNOT INTACT")
    assert main(["verify-audit", "--file", str(tmp_path / "nothing")]) == 1
    assert "nothing" in capsys.readouterr().err


async def test_a_file_with_many_differences_names_the_first_of_them(tmp_path: Path) -> None:
    trail = await a_trail(blocks=1, records=audit.DIFFERENCES_MAX + 10)
    await audit.export(trail, tmp_path / "audit.jsonl", since=None, until=None)
    file = tmp_path / "audit.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"kind":"login"', b'"kind":"logon"'))
    assert len(found(file)) == audit.DIFFERENCES_MAX
