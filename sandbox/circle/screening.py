"""
The screening of a transaction's counterparty, on testnets by the end of its address.

The endings are those of Circle's testing guide for the Compliance Engine. guess: the effect of the two
rules of high risk (they pass here), and that FREEZE_WALLET takes effect at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from sandbox.circle.blockchains import BLOCKCHAINS

MARK = "99999999"
DENIED = ("DENY", "REVIEW")
APPROVAL: Mapping[str, Any] = {"ruleName": None, "actions": ["APPROVE"], "reasons": []}


@attrs.frozen
class Rule:
    name: str
    category: str
    score: str = "SEVERE"
    actions: tuple[str, ...] = DENIED

    @property
    def denies(self) -> bool:
        return "DENY" in self.actions

    @property
    def freezes(self) -> bool:
        return "FREEZE_WALLET" in self.actions

    def view(self, address: str, *, at: str) -> Mapping[str, Any]:
        reason = {
            "source": "ADDRESS",
            "sourceValue": address,
            "riskScore": self.score,
            "riskCategories": [self.category],
            "type": "OWNERSHIP",
        }
        return {
            "ruleName": self.name,
            "actions": list(self.actions),
            "reasons": [reason],
            "screeningDate": at,
        }


RULES: Mapping[str, Rule] = {
    "9999": Rule(
        "Circle's Sanctions Blocklist", "SANCTIONS", "BLOCKLIST", ("FREEZE_WALLET", *DENIED)
    ),
    "8888": Rule("Frozen User Wallet", "FROZEN", "BLOCKLIST"),
    "7777": Rule("Your blocklist", "UNSUPPORTED", "BLOCKLIST"),
    "8999": Rule("Severe Sanctions Risk (Owner)", "SANCTIONS"),
    "8899": Rule("Severe Terrorist Financing (Owner)", "TERRORIST_FINANCING"),
    "8889": Rule("Severe CSAM Risk (Owner)", "CSAM"),
    "7779": Rule("Severe Illicit Behavior (Owner)", "ILLICIT_BEHAVIOR"),
    "7666": Rule("High Illicit Behavior Risk (Owner)", "ILLICIT_BEHAVIOR", "HIGH", ("REVIEW",)),
    "7766": Rule("High Gambling Risk (Owner)", "GAMBLING", "HIGH", ("REVIEW",)),
}


def rule_for(blockchain: str, address: str) -> Rule | None:
    """The rule that the address matches; ``MARK`` comes before the four digits that name it."""
    if not BLOCKCHAINS[blockchain].is_testnet or not address[:-4].endswith(MARK):
        return None
    return RULES.get(address[-4:])
