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
    from_hold: Money,
    owed: Money,
) -> Entry:
    """
    A buy filled: shares in, dollars out of the hold.

    ``owed`` is what the fill cost beyond the hold. It has happened, so it is never refused but
    recorded as a debt of the investor.
    """
    at_broker = account_of(owner, Role.BROKER, from_hold.asset)
    return entry_of(
        key,
        "bought",
        [
            (
                account_of(owner, Role.BROKER, shares.asset),
                account_of(owner, Role.SECURITY, shares.asset),
                shares,
            ),
            (hold_of(owner, from_hold.asset, process_id), at_broker, from_hold),
            (account_of(owner, Role.OWED, owed.asset), at_broker, owed),
        ],
        required=(shares,),
    )


def sold(
    key: str,
    *,
    owner: InvestorId,
    process_id: ProcessId,
    from_hold: Money,
    from_free: Money,
    proceeds: Money,
) -> Entry:
    """
    A sell filled: shares out, dollars in.

    A sell for an amount of dollars may need more shares than were reserved for it; the rest comes from
    the free ones.
    """
    at_broker = account_of(owner, Role.BROKER, from_hold.asset)
    return entry_of(
        key,
        "sold",
        [
            (hold_of(owner, from_hold.asset, process_id), at_broker, from_hold),
            (account_of(owner, Role.SECURITY, from_free.asset), at_broker, from_free),
            (
                account_of(owner, Role.BROKER, proceeds.asset),
                account_of(owner, Role.CASH, proceeds.asset),
                proceeds,
            ),
        ],
        required=(from_hold + from_free,),
    )


def fill_corrected(key: str, *, owner: InvestorId, shares: Money, dollars: Money) -> Entry:
    """
    The broker took part of a fill back, or changed its price.

    ``shares`` and ``dollars`` are what the investor has more because of it; negative: less.
    """
    lines = []
    for change in (shares, dollars):
        at_broker, free = account_of(owner, Role.BROKER, change.asset), free_of(owner, change.asset)
        is_more = change.minor > 0
        debit, credit = (at_broker, free) if is_more else (free, at_broker)
        lines.append((debit, credit, change if is_more else -change))
    return entry_of(key, "fill_corrected", lines)
