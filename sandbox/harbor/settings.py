"""How the second off-ramp behaves; every default works out of the box."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from domain.money import USD, USDC, Money
from sandbox.bank import BankAccount

NETWORKS: Mapping[str, str] = MappingProxyType(
    {
        "polygon": "MATIC-AMOY",
        "base": "BASE-SEPOLIA",
        "ethereum": "ETH-SEPOLIA",
        "arbitrum": "ARB-SEPOLIA",
    }
)
"""Harbor's networks for USDC, and the sandbox's chain of each."""

MAIN_ACCOUNT = BankAccount(routing_number="021000021", account_number="800000000001")


@attrs.frozen(kw_only=True)
class HarborSandboxSettings:
    """Delays and validities are in virtual seconds. ``secret`` signs the webhooks."""

    secret: str = "harbor-sandbox-webhook-secret-0000"  # noqa: S105 - the sandbox's own
    fee_to_usd: Money = Money(2_50, USD)
    fee_to_usdc: Money = Money(500_000, USDC)
    usdc_min: Money = Money(1_000_000, USDC)
    usd_min: Money = Money(1_00, USD)
    check_delay_s: float = 3.0
    delivery_delay_s: float = 2.0
    quote_validity_s: float = 120.0
    transfer_validity_s: float = 300.0
    bank_account: BankAccount = MAIN_ACCOUNT
    bank_name: str = "Harbor Trust"
