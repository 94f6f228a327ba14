"""The entries of orders: fills, and the corrections of fills."""

from __future__ import annotations

from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.ledger.templates.lines import account_of, entry_of, free_of, hold_of
from domain.money import Money


def bought(
    key: str,
    *,
    owner: InvestorId,
    process_id: ProcessId,
    shares: Money,
    dollars: Money,
    from_hold: Money,
) -> Entry:
    """
    A buy filled: shares in, dollars out, ``from_hold`` as far as they were reserved.

    The rest has happened, so it is never refused but owed, until a payment of the debt takes it out of
    what is free.
    """
    at_broker = account_of(owner, Role.BROKER, dollars.asset)
    return entry_of(
        key,
        "bought",
        [
            (
                account_of(owner, Role.BROKER, shares.asset),
                account_of(owner, Role.SECURITY, shares.asset),
                shares,
            ),
            (hold_of(owner, dollars.asset, process_id), at_broker, from_hold),
            (account_of(owner, Role.OWED, dollars.asset), at_broker, dollars - from_hold),
        ],
        required=(shares,),
    )


def sold(
    key: str,
    *,
    owner: InvestorId,
    process_id: ProcessId,
    shares: Money,
    dollars: Money,
    from_hold: Money,
) -> Entry:
    """
    A sell filled: shares out, dollars in.

    A sell for an amount of dollars may need more shares than were reserved for it; the rest is owed, as
    for a buy.
    """
    at_broker = account_of(owner, Role.BROKER, shares.asset)
    return entry_of(
        key,
        "sold",
        [
            (hold_of(owner, shares.asset, process_id), at_broker, from_hold),
            (account_of(owner, Role.OWED, shares.asset), at_broker, shares - from_hold),
            (
                account_of(owner, Role.BROKER, dollars.asset),
                account_of(owner, Role.CASH, dollars.asset),
                dollars,
            ),
        ],
        required=(shares,),
    )


def fill_corrected(key: str, *, owner: InvestorId, shares: Money, dollars: Money) -> Entry:
    """
    The broker took part of a fill back, or changed its price.

    ``shares`` and ``dollars`` are what the investor has more because of it; negative: less. What is less is
    owed, because it may be spent or sold already; a payment of the debt takes it out of what is free.
    """
    lines = []
    for change in (shares, dollars):
        at_broker = account_of(owner, Role.BROKER, change.asset)
        if change.is_positive:
            lines.append((at_broker, free_of(owner, change.asset), change))
        else:
            lines.append((account_of(owner, Role.OWED, change.asset), at_broker, -change))
    return entry_of(key, "fill_corrected", lines)
