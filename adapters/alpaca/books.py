"""The broker's books of one account, for reconciliation (alpaca.md §3, §7, §8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import attrs

from adapters.alpaca.accounts import AccountsApi
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.errors import reading
from adapters.alpaca.funds import FundsApi
from adapters.alpaca.statements import StatementsApi
from adapters.alpaca.translation import dollars, shares
from domain.ids import FIRM, ProcessId, parse_reference, process_of
from domain.money import USD, Asset, Money
from domain.reconciliation.difference import Line, LineKind, Place
from ports.books import Holder, WorldBooks

FILL = "FILL"
WITHDRAWN = "CSW"
ACTIVITY_KINDS: Mapping[str, LineKind] = {
    "JNLC": LineKind.JOURNAL,
    "JNLS": LineKind.JOURNAL,
    "CSD": LineKind.BANK_TRANSFER,
    "CSW": LineKind.BANK_TRANSFER,
    "DIV": LineKind.DIVIDEND,
    "INT": LineKind.INTEREST,
    "FEE": LineKind.FEE,
    "PTC": LineKind.FEE,
    "SPLIT": LineKind.CORPORATE_ACTION,
    "SPIN": LineKind.CORPORATE_ACTION,
    "MA": LineKind.CORPORATE_ACTION,
    "NC": LineKind.CORPORATE_ACTION,
    "REORG": LineKind.CORPORATE_ACTION,
}
"""By activity type, of which only the beginning counts: ``DIVNRA`` is a kind of ``DIV``."""
NOT_BOOKED = frozenset({"canceled", "correct"})
TRANSFERS_READ = 500
ORDERS_ASKED_MAX = 100

Item = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class AlpacaBooks(WorldBooks):
    """
    Cash and positions, and every activity.

    guess: the activity of a journal repeats its description, and that of a bank transfer the memo or the
    transfer's id (alpaca.md §8). Without them the amounts still match.
    """

    _accounts: AccountsApi
    _statements: StatementsApi
    _funds: FundsApi
    _firm_account_id: str

    @classmethod
    def over(cls, client: AlpacaClient) -> AlpacaBooks:
        return cls(
            accounts=AccountsApi(client),
            statements=StatementsApi(client),
            funds=FundsApi(client),
            firm_account_id=client.settings.firm_account_id,
        )

    @property
    def place(self) -> Place:
        return Place.BROKER

    async def holdings(self, holder: Holder) -> Mapping[Asset, Money] | None:
        account_id = self._account(holder)
        if account_id is None:
            return None
        account = await self._accounts.trading_account(account_id)
        positions = await self._accounts.positions(account_id)
        with reading("holdings"):
            held = [dollars(account["cash"])]
            held += [shares(each["symbol"], each["qty"]) for each in positions]
            return {money.asset: money for money in held}

    async def lines(self, holder: Holder, *, since: datetime) -> Sequence[Line]:
        account_id = self._account(holder)
        if account_id is None:
            return ()
        activities = await self._statements.activities(account_id, since=since)
        fills = {str(each["order_id"]) for each in activities if each["activity_type"] == FILL}
        about = await self._processes(account_id, fills, since) if fills else {}
        memos = await self._memos(account_id) if _has_withdrawals(activities) else {}
        with reading("list_activities"):
            return [line for each in activities for line in _lines(each, about, memos)]

    def _account(self, holder: Holder) -> str | None:
        return self._firm_account_id if holder.owner == FIRM else holder.broker_account_id

    async def _processes(
        self, account_id: str, wanted: Iterable[str], since: datetime
    ) -> Mapping[str, ProcessId]:
        """By order id, the process that placed the order; an order that replaces ours is ours."""
        orders = {
            str(each["id"]): each for each in await self._statements.orders(account_id, since=since)
        }
        for order_id in sorted(set(wanted) - orders.keys())[:ORDERS_ASKED_MAX]:
            if found := await self._statements.order(account_id, order_id):
                orders[order_id] = found
        placed = {order_id: _process(order, orders) for order_id, order in orders.items()}
        return {order_id: process for order_id, process in placed.items() if process}

    async def _memos(self, account_id: str) -> Mapping[str, str]:
        """By id, the memo of each of the newest transfers out."""
        transfers = await self._funds.outgoing_transfers(account_id, limit=TRANSFERS_READ, offset=0)
        return {
            str(each["id"]): str(each.get("additional_information") or "") for each in transfers
        }


def _has_withdrawals(activities: Sequence[Item]) -> bool:
    return any(each["activity_type"] == WITHDRAWN for each in activities)


def _process(order: Item, orders: Mapping[str, Item]) -> ProcessId | None:
    for _ in range(len(orders)):
        if reference := parse_reference(order.get("client_order_id")):
            return process_of(reference)
        replaced = orders.get(str(order.get("replaces")))
        if replaced is None:
            return None
        order = replaced
    return None


def _lines(
    activity: Item, about: Mapping[str, ProcessId], memos: Mapping[str, str]
) -> Iterator[Line]:
    if activity["activity_type"] == FILL:
        yield from _fill(activity, about.get(str(activity["order_id"])))
    elif activity.get("status") not in NOT_BOOKED:
        yield from _movement(activity, memos)


def _fill(activity: Item, about: ProcessId | None) -> Iterator[Line]:
    """Shares one way and dollars the other, which Alpaca rounds by itself."""
    quantity = shares(activity["symbol"], activity["qty"])
    cost = Decimal(str(activity["qty"])) * Decimal(str(activity["price"]))
    cents = Money(int((cost * 100).to_integral_value(rounding=ROUND_HALF_EVEN)), USD)
    is_buy = activity["side"] == "buy"
    line = Line(
        id=str(activity["id"]),
        amount=quantity if is_buy else -quantity,
        at=_moment(activity["transaction_time"]),
        kind=LineKind.FILL,
        about=about,
    )
    yield line
    yield attrs.evolve(line, amount=-cents if is_buy else cents, approximate=True)


def _movement(activity: Item, memos: Mapping[str, str]) -> Iterator[Line]:
    kind = str(activity["activity_type"])
    text = str(activity.get("description") or "")
    mark = next((memo for name, memo in memos.items() if memo and name in text), text)
    reference = parse_reference(mark)
    line = Line(
        id=str(activity["id"]),
        amount=dollars(activity.get("net_amount") or "0"),
        at=_moment(activity.get("created_at") or activity["date"]),
        kind=_kind(kind),
        about=process_of(reference) if reference else None,
        mark=mark,
    )
    if line.amount:
        yield line
    quantity = activity.get("qty")
    if activity.get("symbol") and quantity and Decimal(str(quantity)):
        moved = shares(activity["symbol"], quantity)
        if line.kind is not LineKind.DIVIDEND:
            yield attrs.evolve(line, amount=moved)


def _kind(activity_type: str) -> LineKind:
    known = (kind for name, kind in ACTIVITY_KINDS.items() if activity_type.startswith(name))
    return next(known, LineKind.OTHER)


def _moment(text: str) -> datetime:
    """A time, or the beginning of a day."""
    moment = datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else datetime.combine(moment.date(), time(), UTC)
