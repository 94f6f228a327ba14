"""Builds a process's trail from the rows of its steps, postings and jobs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import asyncpg
import orjson

from adapters.trail import effect_line, entry_line, in_order, step_lines
from domain.money import Asset, Money
from ports.processes import TrailLine


def assemble(
    *,
    steps: Iterable[asyncpg.Record],
    postings: Iterable[asyncpg.Record],
    jobs: Iterable[asyncpg.Record],
) -> Sequence[TrailLine]:
    """The trail in its order; postings must be ordered by entry."""
    entries = itertools.groupby(postings, lambda row: row["key"])
    return in_order(
        [
            *(line for row in steps for line in _step(row)),
            *(_entry(list(rows)) for _, rows in entries),
            *(_effect(row) for row in jobs),
        ]
    )


def _step(row: asyncpg.Record) -> Iterable[TrailLine]:
    return step_lines(
        at=row["at"],
        version=row["version"],
        fact=row["fact"],
        detail=orjson.loads(row["detail"]),
        cause=row["cause"],
        stage_before=row["stage_before"],
        stage_after=row["stage_after"],
    )


def _entry(rows: Sequence[asyncpg.Record]) -> TrailLine:
    first = rows[0]
    return entry_line(
        at=first["at"],
        key=first["key"],
        template=first["template"],
        postings=[
            (row["debit"], row["credit"], Money(row["amount"], Asset.parse(row["asset"])))
            for row in rows
        ],
    )


def _effect(row: asyncpg.Record) -> TrailLine:
    return effect_line(
        at=row["created_at"],
        kind=row["kind"],
        reference=row["id"],
        attempts=row["attempts"],
        done_at=row["done_at"],
        error=row["last_error"],
    )
