"""
One function a business step: the only code that writes postings.

Read a template as a sentence: *debit* says where the value is now or whose claim shrank, *credit* says
where it came from or whose claim grew. See ``account.py`` for the roles.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.ids import FIRM, InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import Asset, Money


def _entry(key: str, template: str, lines: Iterable[tuple[Account, Account, Money]]) -> Entry:
    postings = tuple(Posting(debit, credit, amount) for debit, credit, amount in lines if amount)
    return Entry(key, template, postings)


def _of(owner: InvestorId, role: Role, asset: Asset) -> Account:
    return Account(role, owner, asset)


def hold_of(owner: InvestorId, asset: Asset, process_id: ProcessId) -> Account:
    return Account(Role.HOLD, owner, asset, process_id)


def free_of(owner: InvestorId, asset: Asset) -> Account:
    """The account that holds what the investor may use now: cash for dollars, else securities."""
    return _of(owner, Role.SECURITY if asset.is_share else Role.CASH, asset)


def deposit_confirmed(key: str, *, owner: InvestorId, gross: Money, dust: Money) -> Entry:
    """USDC arrived in the investor's wallet; what cannot be converted stays theirs as dust."""
    custody = _of(owner, Role.CUSTODY, gross.asset)
    return _entry(
        key,
        "deposit_confirmed",
        [
            (custody, _of(owner, Role.INCOMING, gross.asset), gross - dust),
            (custody, _of(owner, Role.DUST, gross.asset), dust),
        ],
    )


def usdc_sent_to_offramp(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """The custodian paid the off-ramp's address; the investor's claim is unchanged."""
    return _entry(
        key,
        "usdc_sent_to_offramp",
        [
            (
                _of(FIRM, Role.OFFRAMP, amount.asset),
                _of(owner, Role.CUSTODY, amount.asset),
                amount,
            )
        ],
    )


def converted(
    key: str,
    *,
    owner: InvestorId,
    claim: Role,
    sold: Money,
    bought: Money,
    fee: Money,
    received_in: Role,
) -> Entry:
    """
    The off-ramp took ``sold`` and gave ``bought`` less ``fee`` (both in the bought asset).

    The claim changes asset, the fee is charged to it and shown as a cost of its own, and what is left
    is received by the house at the broker (dollars) or in its wallets (USDC).
    """
    at_offramp = _of(FIRM, Role.OFFRAMP, bought.asset)
    claim_after = _of(owner, claim, bought.asset)
    return _entry(
        key,
        "converted",
        [
            (_of(owner, claim, sold.asset), _of(FIRM, Role.OFFRAMP, sold.asset), sold),
            (at_offramp, claim_after, bought),
            (claim_after, _of(FIRM, Role.FEE_CHARGED, fee.asset), fee),
            (_of(FIRM, Role.FEE_PAID, fee.asset), at_offramp, fee),
            (_of(FIRM, received_in, bought.asset), at_offramp, bought - fee),
        ],
    )


def conversion_refunded(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """The off-ramp sent the USDC back to the investor's wallet, where it arrives as another deposit."""
    return _entry(
        key,
        "conversion_refunded",
        [
            (
                _of(owner, Role.INCOMING, amount.asset),
                _of(FIRM, Role.OFFRAMP, amount.asset),
                amount,
            )
        ],
    )


def buying_power_credited(key: str, *, owner: InvestorId, net: Money) -> Entry:
    """The broker journalled the net amount to the investor's account: it is buying power now."""
    return _entry(
        key,
        "buying_power_credited",
        [
            (_of(owner, Role.BROKER, net.asset), _of(FIRM, Role.BROKER, net.asset), net),
            (_of(owner, Role.INCOMING, net.asset), _of(owner, Role.CASH, net.asset), net),
        ],
    )


def reserved(key: str, *, owner: InvestorId, process_id: ProcessId, amount: Money) -> Entry:
    """A hold: free money or shares become reserved for one order or withdrawal."""
    free, held = free_of(owner, amount.asset), hold_of(owner, amount.asset, process_id)
    return _entry(key, "reserved", [(free, held, amount)])


def released(key: str, *, owner: InvestorId, process_id: ProcessId, amount: Money) -> Entry:
    """What is left of a hold becomes free again."""
    free, held = free_of(owner, amount.asset), hold_of(owner, amount.asset, process_id)
    return _entry(key, "released", [(held, free, amount)])


def withdrawal_debited(
    key: str, *, owner: InvestorId, process_id: ProcessId, amount: Money
) -> Entry:
    """The broker journalled the hold back to the firm account: the money is on its way out."""
    return _entry(
        key,
        "withdrawal_debited",
        [
            (
                hold_of(owner, amount.asset, process_id),
                _of(owner, Role.OUTGOING, amount.asset),
                amount,
            ),
            (_of(FIRM, Role.BROKER, amount.asset), _of(owner, Role.BROKER, amount.asset), amount),
        ],
    )


def wired_to_offramp(key: str, *, amount: Money) -> Entry:
    """The firm account's wire reached the off-ramp."""
    return _entry(
        key,
        "wired_to_offramp",
        [(_of(FIRM, Role.OFFRAMP, amount.asset), _of(FIRM, Role.BROKER, amount.asset), amount)],
    )


def wire_returned(key: str, *, amount: Money) -> Entry:
    """The off-ramp's bank sent the wire back to the firm account."""
    return _entry(
        key,
        "wire_returned",
        [(_of(FIRM, Role.BROKER, amount.asset), _of(FIRM, Role.OFFRAMP, amount.asset), amount)],
    )


def paid_out(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """USDC left the treasury wallet for the investor's address, final on chain."""
    return _entry(
        key,
        "paid_out",
        [
            (
                _of(owner, Role.OUTGOING, amount.asset),
                _of(FIRM, Role.CUSTODY, amount.asset),
                amount,
            )
        ],
    )


def withdrawal_refunded(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """Compensation: the broker journalled the money back, and it is buying power again."""
    return _entry(
        key,
        "withdrawal_refunded",
        [
            (_of(owner, Role.BROKER, amount.asset), _of(FIRM, Role.BROKER, amount.asset), amount),
            (_of(owner, Role.OUTGOING, amount.asset), _of(owner, Role.CASH, amount.asset), amount),
        ],
    )


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

    ``owed`` is what the fill cost beyond the hold. The broker has done it, so it is recorded, as a
    debt of the investor, and never refused.
    """
    at_broker = _of(owner, Role.BROKER, from_hold.asset)
    return _entry(
        key,
        "bought",
        [
            (
                _of(owner, Role.BROKER, shares.asset),
                _of(owner, Role.SECURITY, shares.asset),
                shares,
            ),
            (hold_of(owner, from_hold.asset, process_id), at_broker, from_hold),
            (_of(owner, Role.OWED, owed.asset), at_broker, owed),
        ],
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

    A sell for an amount of dollars may need more shares than were reserved for it; those come from
    the free ones.
    """
    at_broker = _of(owner, Role.BROKER, from_hold.asset)
    return _entry(
        key,
        "sold",
        [
            (hold_of(owner, from_hold.asset, process_id), at_broker, from_hold),
            (_of(owner, Role.SECURITY, from_free.asset), at_broker, from_free),
            (
                _of(owner, Role.BROKER, proceeds.asset),
                _of(owner, Role.CASH, proceeds.asset),
                proceeds,
            ),
        ],
    )


def fill_corrected(key: str, *, owner: InvestorId, shares: Money, dollars: Money) -> Entry:
    """
    The broker took part of a fill back, or changed its price.

    ``shares`` and ``dollars`` are what the investor has more because of it; negative: less.
    """
    lines = []
    for change in (shares, dollars):
        at_broker, free = _of(owner, Role.BROKER, change.asset), free_of(owner, change.asset)
        is_more = change.minor > 0
        debit, credit = (at_broker, free) if is_more else (free, at_broker)
        lines.append((debit, credit, change if is_more else -change))
    return _entry(key, "fill_corrected", lines)
