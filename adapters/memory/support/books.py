"""The balances of the in-memory broker, and dollars in transit between accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from enum import Enum

import attrs

from adapters.memory.faults import PROVIDER
from domain.funding.conversion import PayByWire
from domain.ids import Reference
from domain.money import USD, Asset, Money
from ports.errors import ProviderRejected

FIRM_ACCOUNT = "firm"
OUTSIDE = "outside"


class Books:
    """The balance of each account in each asset."""

    def __init__(self) -> None:
        self._held: dict[str, dict[Asset, Money]] = defaultdict(dict)

    def balance(self, account_id: str, asset: Asset) -> Money:
        return self._held[account_id].get(asset, Money.zero(asset))

    def add(self, account_id: str, amount: Money) -> None:
        held = self._held[account_id]
        held[amount.asset] = self.balance(account_id, amount.asset) + amount

    def take(self, account_id: str, amount: Money) -> None:
        """Raises ``ProviderRejected`` when the account has less."""
        if self.balance(account_id, amount.asset) < amount:
            raise ProviderRejected(f"insufficient {amount.asset.code}", provider=PROVIDER)
        self.add(account_id, -amount)

    def of(self, account_id: str) -> Mapping[str, Money]:
        held = {str(asset): amount for asset, amount in self._held[account_id].items() if amount}
        return {str(USD): Money.zero(USD)} | held


class State(Enum):
    ACCEPTED = "accepted"
    DONE = "done"
    FAILED = "failed"


@attrs.define(kw_only=True)
class Movement:
    """Dollars in transit: debited from ``source`` when accepted, credited to ``target`` when done."""

    id: str
    reference: Reference
    amount: Money
    source: str
    target: str
    to: PayByWire | None = None
    state: State = State.ACCEPTED
    reason: str = ""

    def has_terms_of(self, other: Movement) -> bool:
        ours = (self.amount, self.source, self.target, self.to)
        return ours == (other.amount, other.source, other.target, other.to)
