"""Puts a process's steps, postings and effects together into one history."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import asyncpg
import orjson

from domain.money import Asset, Money
from ports.processes import TrailLine

_ORDER = {"message": 0, "stage": 1, "posting": 2, "effect": 3}


def assemble(
    *,
    steps: Iterable[asyncpg.Record],
    postings: Iterable[asyncpg.Record],
    jobs: Iterable[asyncpg.Record],
) -> Sequence[TrailLine]:
    """In order of time; at one moment the news comes first, then what it changed, booked, ordered."""
    lines = [
        *(line for row in steps for line in _step(row)),
        *(_entry(list(rows)) for _, rows in itertools.groupby(postings, lambda row: row["key"])),
        *(_effect(row) for row in jobs),
    ]
    return sorted(lines, key=lambda line: (line.at, _ORDER[line.kind]))


def _step(row: asyncpg.Record) -> Iterable[TrailLine]:
    cause = row["cause"] or "request"
    yield TrailLine(
        at=row["at"],
        kind="message",
        title=row["fact"],
        detail={"from": cause, **orjson.loads(row["detail"])},
    )
    if row["stage_before"] != row["stage_after"]:
        title = f"{row['stage_before'] or 'new'} -> {row['stage_after']}"
        yield TrailLine(at=row["at"], kind="stage", title=title, detail={"version": row["version"]})


def _entry(rows: list[asyncpg.Record]) -> TrailLine:
    postings = [
        {
            "debit": row["debit"],
            "credit": row["credit"],
            "amount": Money(row["amount"], Asset.parse(row["asset"])).decimal,
            "asset": row["asset"],
        }
        for row in rows
    ]
    first = rows[0]
    return TrailLine(
        at=first["at"],
        kind="posting",
        title=first["template"],
        detail={"key": first["key"], "postings": postings},
    )


def _effect(row: asyncpg.Record) -> TrailLine:
    return TrailLine(
        at=row["created_at"],
        kind="effect",
        title=row["kind"],
        detail={
            "reference": row["id"],
            "attempts": row["attempts"],
            "done": row["done_at"].isoformat() if row["done_at"] else None,
            "error": row["last_error"],
        },
    )
