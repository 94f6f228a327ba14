"""Verifies the audit trail, and exports it for auditors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path

import attrs

from domain.audit.chain import SealedBlock
from domain.audit.verification import Verification
from entrypoints.cli import audit_file
from entrypoints.cli.audit_file import Unreadable
from ports.audit import AuditTrail

DIFFERENCES_MAX = 100
"""How many are reported; the first is the one that matters."""


@attrs.define
class Report:
    """The differences found, and whether the records are as they were sealed."""

    verification: Verification
    differences: list[str] = attrs.field(factory=list)
    remarks: list[str] = attrs.field(factory=list)

    def take(self, sealed: SealedBlock) -> None:
        found = self.verification.take(sealed)
        room = DIFFERENCES_MAX - len(self.differences)
        self.differences += [str(difference) for difference in found[:room]]

    @property
    def is_sound(self) -> bool:
        return not self.differences

    def lines(self) -> Iterable[str]:
        yield from (f"DIFFERS: {difference}" for difference in self.differences)
        verification, head = self.verification, self.verification.head
        verdict = "intact" if self.is_sound else "NOT INTACT"
        yield f"{verdict}: {verification.records} records in {verification.blocks} blocks"
        if head:
            yield f"head: block {head.number}, {head.hash}"
        yield from self.remarks


async def verify(trail: AuditTrail, *, witness: str | None) -> Report:
    """Check the whole chain in the database."""
    report = Report(Verification(witness=witness))
    async for sealed in _blocks(trail, after=0):
        report.take(sealed)
    _require_witness(report)
    waiting = await trail.unsealed()
    if waiting.oldest_at:
        since = waiting.oldest_at.isoformat(timespec="seconds")
        report.remarks.append(f"not sealed yet: {waiting.count} records, the oldest from {since}")
    return report


def verify_file(path: Path, *, witness: str | None) -> Report:
    """Check an exported file on its own, without the database. Raises ``OSError``."""
    report = Report(Verification(from_genesis=False, witness=witness))
    with path.open("rb") as file:
        try:
            for sealed in audit_file.read(file, report.verification):
                report.take(sealed)
        except Unreadable as error:
            report.differences.append(str(error))
    _require_witness(report)
    return report


async def export(
    trail: AuditTrail, path: Path, *, since: datetime | None, until: datetime | None
) -> Report:
    """Write the blocks that were sealed from ``since`` to before ``until``. Raises ``OSError``."""
    report = Report(Verification(from_genesis=False))
    after = await trail.last_before(since) if since else 0
    last = await trail.last_before(until) if until else None
    with path.open("wb") as file:
        async for sealed in _blocks(trail, after=after):
            if last is not None and sealed.block.number > last:
                break
            report.take(sealed)
            file.writelines(audit_file.lines_of(sealed))
        file.write(audit_file.end_of(report.verification))
    return report


def moment(text: str) -> datetime:
    """Parse a date, or a date and time, as UTC unless it has an offset. Raises ``ValueError``."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


async def _blocks(trail: AuditTrail, *, after: int) -> AsyncIterator[SealedBlock]:
    while page := await trail.read(after=after):
        for sealed in page:
            yield sealed
        after = page[-1].block.number


def _require_witness(report: Report) -> None:
    verification = report.verification
    if verification.witness and not verification.is_witnessed:
        report.differences.append(f"no block has the hash {verification.witness}")
