"""On real processes: what a person does is sealed by the worker, exported, and verified by commands."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.postgres.audit import PostgresAuditTrail
from entrypoints.cli.api import until
from tests.e2e.books import Books
from tests.e2e.command import command
from tests.e2e.investor import Investor
from tests.support.stack import Stack


async def test_what_a_person_does_is_sealed_and_can_be_verified_by_others(
    stack: Stack, ann: Investor, books: Books, tmp_path: Path
) -> None:
    await ann.funded()
    assert (await ann.refused("POST", "/v1/auth/login", {"email": "x@y.org", "password": "-"}))[
        0
    ] == 401
    await ann.walk.withdraw()
    trail = PostgresAuditTrail(books.pool)
    await until(trail.unsealed, lambda waiting: waiting.count == 0, what="the worker's seal")

    ran = await command(stack, "verify-audit")
    assert (ran.code, ran.output.split(":")[0]) == (0, "intact"), ran

    file = tmp_path / "audit.jsonl"
    assert (await command(stack, "export-audit", str(file))).code == 0
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    told = [line["record"] for line in lines if "record" in line]
    assert {record["kind"] for record in told if record["subject"] == ann.id} == {
        *("registration", "login", "kyc_submitted", "kyc_approved", "wallet_created"),
        *("deposit_created", "withdrawal_requested", "balance_changed"),
        *("credentials_changed", "step_up", "payout_address_saved"),
    }
    assert "failed_authentication" in {r["kind"] for r in told if r["subject"] is None}

    ran = await command(stack, "verify-audit", "--file", str(file))
    assert ran.code == 0, ran
    file.write_bytes(file.read_bytes().replace(b"withdrawal_requested", b"withdrawal_requesteD", 1))
    ran = await command(stack, "verify-audit", "--file", str(file))
    assert ran.code == 1
    assert "was changed" in ran.output.splitlines()[0]
