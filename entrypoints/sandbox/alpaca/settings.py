"""How the sandbox broker behaves; every default works out of the box."""

from __future__ import annotations

import attrs

from domain.money import USD, Money
from entrypoints.sandbox.alpaca.symbols import SYMBOLS, Listing
from entrypoints.sandbox.bank import BankAccount

FIRM_BANK_ACCOUNT = BankAccount(routing_number="121000358", account_number="900000000001")


@attrs.frozen(kw_only=True)
class AlpacaSandboxSettings:
    """Delays are in virtual seconds; an empty ``api_keys`` accepts any non-empty key and secret."""

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
    listings: tuple[Listing, ...] = SYMBOLS
