"""The custodian's books of an owner's wallets, for reconciliation (circle.md §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import structlog

from adapters.circle.chains import Network
from adapters.circle.client import CircleClient
from adapters.circle.custodian import CircleCustodian
from adapters.circle.errors import reading
from adapters.circle.translation import ARRIVED, COMPLETE, CONFIRMED, Transaction
from domain.ids import parse_reference, process_of
from domain.money import USDC, Asset, Money
from domain.reconciliation.difference import Line, LineKind, Place
from domain.timestamps import rfc3339
from ports.books import Holder, WorldBooks
from ports.errors import ProviderOutcomeUnknown

INBOUND = "INBOUND"
LEFT = frozenset({"SENT", CONFIRMED, COMPLETE})
"""guess: the balance is less as soon as a transfer is sent to the chain (circle.md §7)."""

_log = structlog.get_logger()


@attrs.frozen
class CircleBooks(WorldBooks):
    """USDC in the wallets, and every transaction in and out that is on the chain."""

    _client: CircleClient
    _custodian: CircleCustodian

    @property
    def place(self) -> Place:
        return Place.CUSTODIAN

    async def holdings(self, holder: Holder) -> Mapping[Asset, Money]:
        held = await self._custodian.holdings(holder.wallets)
        return {USDC: sum(held.values(), Money.zero(USDC))}

    async def lines(self, holder: Holder, *, since: datetime) -> Sequence[Line]:
        if not holder.wallets:
            return ()
        filters = {
            "walletIds": ",".join(wallet.wallet_id for wallet in holder.wallets),
            "from": rfc3339(since),
            "order": "ASC",
        }
        items = [item async for item in self._client.transactions(filters)]
        return [line for item in items if (line := self._line(item))]

    def _line(self, item: Any) -> Line | None:
        try:
            with reading("list_transactions"):
                return self._read(item)
        except ProviderOutcomeUnknown as unreadable:
            _log.error("transaction.unreadable", item=repr(item)[:500], error=unreadable.detail)
            return None

    def _read(self, item: Any) -> Line | None:
        transaction = Transaction.read(item)
        is_in = item.get("transactionType") == INBOUND
        has_moved = transaction.state in (ARRIVED if is_in else LEFT)
        if not has_moved or not Network(self._client.settings.testnet).is_usdc(
            transaction.token_id
        ):
            return None
        amount = sum((Money.of(text, USDC) for text in transaction.amounts), Money.zero(USDC))
        reference = parse_reference(transaction.ref_id)
        return Line(
            id=transaction.id,
            amount=amount if is_in else -amount,
            at=datetime.fromisoformat(item["createDate"]),
            kind=LineKind.PAYMENT,
            about=process_of(reference) if reference else None,
            mark=transaction.tx_hash,
        )
