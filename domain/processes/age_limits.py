"""How long a process may be in a stage, whatever was answered meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

HOUR_S = 3600


@attrs.frozen(kw_only=True)
class AgeLimits:
    """
    Hours that a process may be in a stage, by stage, before it goes to review.

    A stage without a limit waits for the investor, or for nothing.
    """

    deposit: Mapping[str, int] = {
        "detected": 24,
        "confirmed": 12,
        "offramp_requested": 24,
        "offramp_settled": 24,
        "broker_funding_requested": 48,
    }
    withdrawal: Mapping[str, int] = {
        "reserved": 12,
        "broker_debit_requested": 48,
        "broker_debited": 12,
        "onramp_requested": 120,
        "onramp_settled": 12,
        "sent": 24,
        "selling_back": 24,
        "compensating": 48,
    }
    order: Mapping[str, int] = {
        "reserved": 12,
        "submitted": 120,
        "accepted": 2400,
        "partially_filled": 2400,
        "cancel_requested": 120,
    }
    wallet: Mapping[str, int] = {"requested": 12, "created": 12}
    onboarding: Mapping[str, int] = {"submitted": 720}

    def seconds(self) -> Mapping[tuple[str, str], int]:
        """The limit of each kind and stage."""
        tables = {
            "Deposit": self.deposit,
            "Withdrawal": self.withdrawal,
            "Order": self.order,
            "Wallet": self.wallet,
            "Onboarding": self.onboarding,
        }
        return {
            (kind, stage): hours * HOUR_S
            for kind, table in tables.items()
            for stage, hours in table.items()
        }
