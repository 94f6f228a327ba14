"""The entries of deposits and withdrawals."""

from __future__ import annotations

from domain.ids import FIRM, InvestorId, ProcessId
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.ledger.templates.lines import account_of, dust_of, entry_of, hold_of
from domain.money import Money


def deposit_confirmed(
    key: str,
    *,
    owner: InvestorId,
    wallet_id: str,
    gross: Money,
    dust: Money,
    from_dust: Money,
) -> Entry:
    """
    USDC arrived in the investor's wallet; what cannot be converted stays theirs as dust.

    ``from_dust`` is earlier dust of the same wallet that is converted together with it.
    """
    custody = account_of(owner, Role.CUSTODY, gross.asset)
    incoming = account_of(owner, Role.INCOMING, gross.asset)
    kept = dust_of(owner, gross.asset, wallet_id)
    return entry_of(
        key,
        "deposit_confirmed",
        [
            (custody, incoming, gross - dust),
            (custody, kept, dust),
            (kept, incoming, from_dust),
        ],
        required=(gross,),
    )


def usdc_sent_to_offramp(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """The custodian paid the off-ramp's address; the investor's claim is unchanged."""
    return entry_of(
        key,
        "usdc_sent_to_offramp",
        [
            (
                account_of(FIRM, Role.OFFRAMP, amount.asset),
                account_of(owner, Role.CUSTODY, amount.asset),
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
    is received by the firm at the broker (dollars) or in its wallets (USDC).
    """
    at_offramp = account_of(FIRM, Role.OFFRAMP, bought.asset)
    claim_after = account_of(owner, claim, bought.asset)
    return entry_of(
        key,
        "converted",
        [
            (
                account_of(owner, claim, sold.asset),
                account_of(FIRM, Role.OFFRAMP, sold.asset),
                sold,
            ),
            (at_offramp, claim_after, bought),
            (claim_after, account_of(FIRM, Role.FEE_CHARGED, fee.asset), fee),
            (account_of(FIRM, Role.FEE_PAID, fee.asset), at_offramp, fee),
            (account_of(FIRM, received_in, bought.asset), at_offramp, bought - fee),
        ],
        required=(sold, bought, bought - fee),
    )


def conversion_refunded(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """The off-ramp sent the USDC back to the investor's wallet, where it arrives as another deposit."""
    return entry_of(
        key,
        "conversion_refunded",
        [
            (
                account_of(owner, Role.INCOMING, amount.asset),
                account_of(FIRM, Role.OFFRAMP, amount.asset),
                amount,
            )
        ],
    )


def buying_power_credited(key: str, *, owner: InvestorId, net: Money) -> Entry:
    """The broker journalled the net amount to the investor's account: it is buying power now."""
    return entry_of(
        key,
        "buying_power_credited",
        [
            (
                account_of(owner, Role.BROKER, net.asset),
                account_of(FIRM, Role.BROKER, net.asset),
                net,
            ),
            (
                account_of(owner, Role.INCOMING, net.asset),
                account_of(owner, Role.CASH, net.asset),
                net,
            ),
        ],
    )


def withdrawal_debited(
    key: str, *, owner: InvestorId, process_id: ProcessId, amount: Money
) -> Entry:
    """The broker journalled the hold to the firm's account: the money is on its way out."""
    return entry_of(
        key,
        "withdrawal_debited",
        [
            (
                hold_of(owner, amount.asset, process_id),
                account_of(owner, Role.OUTGOING, amount.asset),
                amount,
            ),
            (
                account_of(FIRM, Role.BROKER, amount.asset),
                account_of(owner, Role.BROKER, amount.asset),
                amount,
            ),
        ],
    )


def wired_to_offramp(key: str, *, amount: Money) -> Entry:
    """The wire from the firm's account reached the off-ramp."""
    return entry_of(
        key,
        "wired_to_offramp",
        [
            (
                account_of(FIRM, Role.OFFRAMP, amount.asset),
                account_of(FIRM, Role.BROKER, amount.asset),
                amount,
            )
        ],
    )


def wire_returned(key: str, *, amount: Money) -> Entry:
    """The off-ramp's bank sent the wire back to the firm's account."""
    return entry_of(
        key,
        "wire_returned",
        [
            (
                account_of(FIRM, Role.BROKER, amount.asset),
                account_of(FIRM, Role.OFFRAMP, amount.asset),
                amount,
            )
        ],
    )


def paid_out(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """USDC left the treasury wallet for the investor's address, final on chain."""
    return entry_of(
        key,
        "paid_out",
        [
            (
                account_of(owner, Role.OUTGOING, amount.asset),
                account_of(FIRM, Role.CUSTODY, amount.asset),
                amount,
            )
        ],
    )


def withdrawal_refunded(key: str, *, owner: InvestorId, amount: Money) -> Entry:
    """Compensation: the broker journalled the money back, and it is buying power again."""
    return entry_of(
        key,
        "withdrawal_refunded",
        [
            (
                account_of(owner, Role.BROKER, amount.asset),
                account_of(FIRM, Role.BROKER, amount.asset),
                amount,
            ),
            (
                account_of(owner, Role.OUTGOING, amount.asset),
                account_of(owner, Role.CASH, amount.asset),
                amount,
            ),
        ],
    )


def fraction_kept(key: str, *, owner: InvestorId, claim: Role, amount: Money) -> Entry:
    """The fraction of a cent that a sale of USDC leaves over: the firm keeps it as a fee."""
    return entry_of(
        key,
        "fraction_kept",
        [
            (
                account_of(owner, claim, amount.asset),
                account_of(FIRM, Role.FEE_CHARGED, amount.asset),
                amount,
            )
        ],
    )


def sale_refunded(key: str, *, amount: Money) -> Entry:
    """The off-ramp sent the USDC of a sale back to the treasury."""
    return entry_of(
        key,
        "sale_refunded",
        [
            (
                account_of(FIRM, Role.CUSTODY, amount.asset),
                account_of(FIRM, Role.OFFRAMP, amount.asset),
                amount,
            )
        ],
    )
