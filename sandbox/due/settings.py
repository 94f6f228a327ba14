"""How the sandbox off-ramp behaves; every default works out of the box."""

from __future__ import annotations

import attrs

from domain.money import USD, USDC, Money
from sandbox.bank import BankAccount

MAIN_ACCOUNT = BankAccount(routing_number="021000021", account_number="700000000001")


@attrs.frozen
class Fee:
    """What Due keeps of the destination amount: basis points, rounded up, plus a fixed part."""

    fixed: Money
    bps: int = 0


@attrs.frozen(kw_only=True)
class DueSandboxSettings:
    """
    Delays and validities are in virtual seconds; empty ``api_keys`` accepts any non-empty key.

    2.50 USD is the fee of Due's own sample quote (due.md §7). guess: 0.50 USDC on the way back.
    ``error_duplicates`` adds the fields of Due's other error envelope (due.md §2).
    """

    api_keys: tuple[str, ...] = ()
    error_duplicates: bool = False
    rate_limit: int = 1_000_000
    """Calls a minute except for FX, whose limits are published (due.md §1). guess: never reached."""
    fee_to_usd: Fee = Fee(Money(2_50, USD))
    fee_to_usdc: Fee = Fee(Money(500_000, USDC))
    usdc_min: Money = Money(1_000_000, USDC)
    usdc_max: Money = Money(1_000_000_000_000, USDC)
    usd_min: Money = Money(1_00, USD)
    usd_max: Money = Money(1_000_000_00, USD)
    kyc_auto_approve: bool = True
    kyc_delay_s: float = 3.0
    approval_delay_s: float = 1.0
    submission_delay_s: float = 1.0
    bank_delay_s: float = 3.0
    quote_validity_s: float = 120.0
    transfer_validity_s: float = 300.0
    virtual_account_delay_s: float = 0.0
    """Above zero, a virtual account has no details before that (due.md §10)."""
    bank_account: BankAccount = MAIN_ACCOUNT
    bank_name: str = "Sandbox Trust Bank"

    def bank_details(self, account: BankAccount | None = None) -> dict[str, object]:
        """An account at Due's bank in Due's fields; its main account by default."""
        numbers = account or self.bank_account
        return {
            "schema": "bank_us",
            "accountType": "business",
            "accountNumber": numbers.account_number,
            "routingNumber": numbers.routing_number,
            "bankName": self.bank_name,
            "accountName": "Due Sandbox",
            "beneficiaryAddress": {
                "street_line_1": "1 Sandbox Street",
                "city": "New York",
                "state": "NY",
                "postal_code": "10001",
                "country": "USA",
            },
        }
