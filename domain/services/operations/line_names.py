"""Finds the process of a provider's line that does not carry our reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.funding.conversion import PayByWire
from domain.funding.withdrawal import Withdrawal
from domain.ids import LookupKey, ProcessId
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.processes.kinds import kind_of
from domain.processes.terminal import open_stages
from domain.reconciliation.difference import Line, LineKind, Place
from ports.processes import Processes
from ports.search import Search

WITHDRAWALS_MAX = 1000
"""The newest open withdrawals, whose wires may be under way."""


@attrs.frozen
class LineNames:
    _processes: Processes
    _search: Search

    async def named(self, place: Place, lines: Sequence[Line]) -> Sequence[Line]:
        """An arrival is about the deposit that it became, a wire about the withdrawal with its memo."""
        match place:
            case Place.CUSTODIAN:
                return [await self._arrival(line) for line in lines]
            case Place.BROKER:
                return await self._wires(lines)
            case _:
                return lines

    async def _arrival(self, line: Line) -> Line:
        if line.about is not None or not line.amount.is_positive:
            return line
        found = await self._processes.find(LookupKey(TRANSACTION, line.id))
        return attrs.evolve(line, about=found.record.id) if found else line

    async def _wires(self, lines: Sequence[Line]) -> Sequence[Line]:
        if not any(_is_wire(line) for line in lines):
            return lines
        memos = await self._memos()
        return [
            attrs.evolve(line, about=memos[line.mark])
            if _is_wire(line) and line.mark in memos
            else line
            for line in lines
        ]

    async def _memos(self) -> Mapping[str, ProcessId]:
        kind = kind_of(Withdrawal)
        found = await self._search.in_stages(
            {kind: open_stages()[kind]}, before=None, limit=WITHDRAWALS_MAX
        )
        memos = {}
        for record in (each.record for each in found):
            if isinstance(record, Withdrawal) and record.conversion:
                pay = record.conversion.pay
                if isinstance(pay, PayByWire):
                    memos[pay.memo] = record.id
        return memos


def _is_wire(line: Line) -> bool:
    is_out = not line.amount.is_positive
    return line.about is None and is_out and line.kind is LineKind.BANK_TRANSFER
