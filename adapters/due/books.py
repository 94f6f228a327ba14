"""The off-ramp's books of one account, for reconciliation (due.md §8, §10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from adapters.due import errors, translation, wire
from adapters.due.client import DueClient
from domain.ids import ProcessId, parse_reference, process_of
from domain.money import Asset, Money, NotAnAmount, PrecisionLost
from domain.reconciliation.difference import Line, LineKind, Place
from ports.books import Holder, WorldBooks

UNPAID = frozenset({translation.AWAITING_FUNDS})
REFUNDED = "refund_processed"


@attrs.frozen
class DueBooks(WorldBooks):
    """
    What was paid in and what was delivered, for every transfer; Due shows no balance of an account.

    A transfer names our reference in its memo, or in the virtual account that it was paid into.
    """

    _client: DueClient

    @property
    def place(self) -> Place:
        return Place.OFFRAMP

    async def holdings(self, holder: Holder) -> Mapping[Asset, Money] | None:  # noqa: ARG002 - none
        return None

    async def lines(self, holder: Holder, *, since: datetime) -> Sequence[Line]:
        account_id = holder.offramp_account_id
        if account_id is None:
            return ()
        transfers = []
        async for transfer in self._client.transfers(account_id):
            if transfer.created_at and transfer.created_at < since:
                break
            transfers.append(transfer)
        through = any(each.source.virtual_account_id for each in transfers)
        names = await self._virtual_accounts(account_id) if through else {}
        return [line for each in transfers for line in _lines(each, names, since)]

    async def _virtual_accounts(self, account_id: str) -> Mapping[str, str]:
        """Our reference by each name of a virtual account."""
        return {
            name: account.reference or ""
            async for account in self._client.virtual_accounts(account_id, filters={})
            for name in account.names
        }


def _lines(transfer: wire.Transfer, names: Mapping[str, str], since: datetime) -> Iterator[Line]:
    if not _was_paid(transfer):
        return
    about = _process(transfer, names)
    at = transfer.created_at or since
    source, destination = _amount(transfer.source), _amount(transfer.destination)
    paid_in = Line(id=transfer.id, amount=source, at=at, kind=LineKind.CONVERSION, about=about)
    yield paid_in
    if transfer.status == translation.PROCESSED:
        fee = translation.fee_of(transfer.destination, destination.asset)
        yield attrs.evolve(paid_in, amount=-destination, fee=fee)
    elif transfer.status == REFUNDED:
        yield attrs.evolve(paid_in, amount=-source)


def _was_paid(transfer: wire.Transfer) -> bool:
    if transfer.status in translation.ENDED:
        return translation.was_paid(transfer)
    return transfer.status not in UNPAID


def _process(transfer: wire.Transfer, names: Mapping[str, str]) -> ProcessId | None:
    through = names.get(transfer.source.virtual_account_id or "")
    reference = parse_reference(transfer.destination.memo) or parse_reference(through)
    return process_of(reference) if reference else None


def _amount(side: wire.Side) -> Money:
    try:
        return Money.of(side.amount, translation.ASSETS[side.currency])
    except (KeyError, NotAnAmount, PrecisionLost) as wrong:
        raise errors.unknown("an amount is unreadable", operation="list_transfers") from wrong
