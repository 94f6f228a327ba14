"""How the sandbox broker behaves; every default works out of the box."""

from __future__ import annotations

from fractions import Fraction

import attrs

from domain.money import USD, Money
from sandbox.alpaca.symbols import SYMBOLS, Listing
from sandbox.bank import BankAccount

FIRM_BANK_ACCOUNT = BankAccount(routing_number="121000358", account_number="900000000001")


@attrs.frozen(kw_only=True)
class AlpacaSandboxSettings:
    """
    Delays are in virtual seconds, but ``rate_window_s`` and ``token_lifetime_s`` are in real ones.

    An empty ``api_keys`` accepts any non-empty key and secret. Without ``daily_net_limit`` accounts
    have no daily limit.
    """

    api_keys: tuple[tuple[str, str], ...] = ()
    firm_account_id: str = "11111111-2222-4333-8444-555555555555"
    firm_account_number: str = "900000001"
    firm_bank_account: BankAccount = FIRM_BANK_ACCOUNT
    correspondent: str = "SNDB"
    approval_delay_s: float = 2.0
    activation_delay_s: float = 2.0
    journal_step_s: float = 0.5
    journal_limit: Money = Money(100_000_000_00, USD)
    journal_review_s: float = 6 * 3600.0
    transfer_queue_s: float = 1.0
    wire_delay_s: float = 30.0
    market_always_open: bool = True
    fill_delay_s: float = 2.0
    cancel_delay_s: float = 0.5
    partial_fill_threshold: Money = Money(10_000_00, USD)
    notional_min: Money = Money(1_00, USD)
    heartbeat_s: float = 15.0
    # guess: Alpaca does not publish its limit; this one stops only a runaway client.
    rate_limit: int = 600_000
    rate_window_s: float = 60.0
    token_lifetime_s: int = 899
    daily_net_limit: Money | None = None
    instant_limit: Money = Money(100_000_00, USD)
    instant_limit_per_account: Money = Money(1_000_00, USD)
    # guess: the central bank's upper bound of 4.5 % and the 8 % on top, a year.
    instant_late_rate: Fraction = Fraction(125, 1000)
    instant_retry_s: float = 60.0
    listings: tuple[Listing, ...] = SYMBOLS
