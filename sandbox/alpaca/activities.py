"""The statement of every account: fills and cash movements, newest first, in pages that end."""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import attrs

from domain.money import USD, Money
from sandbox.alpaca.account import Account
from sandbox.alpaca.amounts import number, trimmed, value
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.events import Events, Stream
from sandbox.world import World

TRADE_TYPES = frozenset({"FILL"})
# Money that crosses the broker's border; the rest is gain or loss.
PAID_IN = frozenset({"CSD", "CSW", "JNLC"})
EVERYONE = ""


@attrs.frozen
class Activity:
    """One line of a statement as it is sent, and its place among all lines."""

    place: int
    at: str
    view: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Movement:
    """Cash or shares that moved: ``line`` for the statement, ``figures`` for the stream."""

    kind: str
    description: str
    line: Mapping[str, object]
    figures: Mapping[str, object]


@attrs.frozen(kw_only=True)
class ActivityQuery:
    """Which lines are wanted; an empty ``account_id`` or ``types`` means all."""

    account_id: str
    types: Collection[str]
    category: str | None
    order_id: str | None
    after: str
    until: str
    descending: bool
    page_token: str | None
    page_size: int

    def wants(self, activity: Activity) -> bool:
        view = activity.view
        return (
            (not self.types or view["activity_type"] in self.types)
            and (self.category is None or self._is_of_category(view["activity_type"]))
            and (self.order_id is None or view.get("order_id") == self.order_id)
            and self.after < activity.at < self.until
        )

    def _is_of_category(self, kind: str) -> bool:
        return (kind in TRADE_TYPES) == (self.category == "trade_activity")


class Activities:
    """Indexed by account and by id, so that a page token is found at once."""

    def __init__(self, *, world: World, events: Events) -> None:
        self._world = world
        self._events = events
        self._lines: dict[str, list[Activity]] = defaultdict(list)
        self._by_id: dict[str, Activity] = {}

    def record_cash(self, account: Account, *, kind: str, amount: Money, description: str) -> None:
        """A movement of cash (JNLC, CSD, CSW); negative when it left the account."""
        line = {"net_amount": amount.decimal, "symbol": "", "qty": "0", "price": "0"}
        figures = {"net_amount": number(amount), "qty": 0, "price": "0", "symbol": ""}
        paid_in = amount if kind in PAID_IN else Money.zero(USD)
        movement = Movement(kind=kind, description=description, line=line, figures=figures)
        self._record_movement(account, movement, paid_in=paid_in)

    def record_shares(
        self, account: Account, *, quantity: Money, price: Money, description: str
    ) -> None:
        """A journal of shares (JNLS); negative when they left the account."""
        symbol, shown = quantity.asset.code, trimmed(price)
        line = {"net_amount": "0", "symbol": symbol, "qty": trimmed(quantity), "price": shown}
        zero = number(Money.zero(USD))
        figures = {"net_amount": zero, "qty": number(quantity), "price": shown, "symbol": symbol}
        movement = Movement(kind="JNLS", description=description, line=line, figures=figures)
        self._record_movement(account, movement, paid_in=value(quantity, price))

    def record_fill(self, account: Account, fill: Mapping[str, object]) -> None:
        at = self._world.clock.stamp()
        account.remember(self._world.clock.now(), paid_in=Money.zero(USD))
        self._append(account, at, {"activity_type": "FILL", "transaction_time": at, **fill})

    def of_account(self, account_id: str) -> list[Mapping[str, Any]]:
        """Every line, oldest first."""
        return [line.view for line in self._lines[account_id]]

    def find(self, activity_id: str) -> Mapping[str, Any] | None:
        found = self._by_id.get(activity_id)
        return found.view if found else None

    def repeat(self, account: Account, view: Mapping[str, Any]) -> str:
        """Write a line again, under another id, which is returned."""
        at = self._world.clock.stamp()
        times = {name: at for name in ("created_at", "transaction_time") if name in view}
        days = {"date": at[:10]} if "date" in view else {}
        return self._append(account, at, {**_without_id(view), **times, **days})

    def change(self, activity_id: str, view: Mapping[str, Any]) -> None:
        """Put ``view`` in the place of a line, which must be here."""
        before = self._by_id[activity_id]
        after = attrs.evolve(before, view=view)
        self._by_id[activity_id] = after
        for lines in (self._lines[before.view["account_id"]], self._lines[EVERYONE]):
            lines[lines.index(before)] = after

    def remove(self, activity_id: str) -> None:
        """Forget a line, which must be here."""
        gone = self._by_id.pop(activity_id)
        self._lines[gone.view["account_id"]].remove(gone)
        self._lines[EVERYONE].remove(gone)

    def page(self, query: ActivityQuery) -> list[Mapping[str, Any]]:
        """At most ``page_size`` lines after the page token. Raises ``Invalid`` for an unknown token."""
        wanted = (line for line in self._from(query) if query.wants(line))
        return [line.view for line in itertools.islice(wanted, query.page_size)]

    def _from(self, query: ActivityQuery) -> Iterator[Activity]:
        lines = self._lines[query.account_id]
        if query.page_token is None:
            return reversed(lines) if query.descending else iter(lines)
        token = self._by_id.get(query.page_token)
        if token is None:
            raise Invalid("page_token is invalid")
        if query.descending:
            end = bisect.bisect_left(lines, token.place, key=lambda line: line.place)
            return (lines[index] for index in range(end - 1, -1, -1))
        start = bisect.bisect_right(lines, token.place, key=lambda line: line.place)
        return (lines[index] for index in range(start, len(lines)))

    def _record_movement(self, account: Account, movement: Movement, *, paid_in: Money) -> None:
        at, kind = self._world.clock.stamp(), movement.kind
        account.remember(self._world.clock.now(), paid_in=paid_in)
        shared = {"description": movement.description, "status": "executed"}
        activity_id = self._append(
            account,
            at,
            {"activity_type": kind, "date": at[:10], "created_at": at, **shared, **movement.line},
        )
        event = {"account_id": account.id, "entry_type": kind, "per_share_amount": None}
        dates = {"settle_date": at[:10], "system_date": at[:10]}
        self._events.publish(
            Stream.ACTIVITIES,
            {
                **event,
                **dates,
                **shared,
                **movement.figures,
                "id": activity_id.partition("::")[2],
            },
        )

    def _append(self, account: Account, at: str, view: Mapping[str, object]) -> str:
        digits = "".join(letter for letter in at if letter.isdigit())[:17]
        activity_id = f"{digits}::{self._world.new_uuid()}"
        shown = {"id": activity_id, "account_id": account.id, **view}
        everyone = self._lines[EVERYONE]
        activity = Activity(everyone[-1].place + 1 if everyone else 0, at, shown)
        self._by_id[activity_id] = activity
        self._lines[account.id].append(activity)
        self._lines[EVERYONE].append(activity)
        self._events.publish(Stream.STATEMENT, shown)
        return activity_id


def _without_id(view: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in view.items() if name not in {"id", "account_id"}}
