"""The ledger of the in-memory database, with the rules that triggers enforce in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from adapters.memory.support.rows import PostedEntry
from domain.ids import InvestorId
from domain.ledger.account import Account
from domain.ledger.debts import purses
from domain.ledger.entry import DebtUnpaid, Entry, EntryAlreadyPosted, InsufficientFunds
from domain.money import MINOR_MAX
from ports.processes import Unstorable


@attrs.frozen
class Accounts:
    """Entries are permanent; ``changes`` are those of pooled accounts that are not rolled up yet."""

    entries: dict[str, PostedEntry] = attrs.field(factory=dict)
    rolled_up: Counter[Account] = attrs.field(factory=Counter)
    changes: list[tuple[Account, int]] = attrs.field(factory=list)

    def require_postable(self, entries: Sequence[Entry]) -> None:
        """
        Check the entries together, as one unit.

        Raises ``EntryAlreadyPosted``, ``InsufficientFunds``, ``DebtUnpaid``, or ``Unstorable`` beyond 64
        bits.
        """
        keys = [entry.key for entry in entries]
        if len(set(keys)) < len(keys) or any(key in self.entries for key in keys):
            raise EntryAlreadyPosted
        for account, change in net_changes(entries).items():
            if abs(self.rolled_up[account] + change) > MINOR_MAX:
                raise Unstorable
            is_refusable = account.role.is_guarded and not account.is_pooled
            if is_refusable and self.rolled_up[account] + change < 0:
                raise InsufficientFunds
        self._require_paid(entries)

    def _require_paid(self, entries: Sequence[Entry]) -> None:
        """Raises ``DebtUnpaid``."""
        changes = net_changes(entries)
        for purse in purses(entries):
            left = [
                self.rolled_up[each] + changes.get(each, 0) for each in (purse.free, purse.owed)
            ]
            if min(left) > 0:
                raise DebtUnpaid

    def post(self, posted: Sequence[PostedEntry]) -> None:
        """Write entries that ``require_postable`` has accepted."""
        self.entries.update({row.entry.key: row for row in posted})
        for account, change in net_changes(row.entry for row in posted).items():
            self.rolled_up[account] += 0 if account.is_pooled else change
            if account.is_pooled and change:
                self.changes.append((account, change))

    def fold(self, *, limit: int) -> int:
        """Roll up the oldest ``limit`` changes; returns how many there were."""
        folded, self.changes[:] = self.changes[:limit], self.changes[limit:]
        for account, change in folded:
            self.rolled_up[account] += change
        return len(folded)

    def leaves_anything(self, owner: InvestorId, entries: Sequence[Entry]) -> bool:
        """Whether ``owner`` has a claim or a debt after the entries; where value is does not matter."""
        after = Counter(self.rolled_up)
        for account, change in net_changes(entries).items():
            after[account] = self.rolled_up[account] + change
        return any(
            account.owner == owner and not account.role.is_place and minor
            for account, minor in after.items()
        )

    def balances(self) -> Mapping[Account, int]:
        """The balance of every account with postings, including changes not rolled up yet."""
        balances = dict(self.rolled_up)
        for account, change in self.changes:
            balances[account] += change
        return balances


def net_changes(entries: Iterable[Entry]) -> Mapping[Account, int]:
    """The net change of each account by the entries, positive in its normal direction."""
    net: Counter[Account] = Counter()
    for entry in entries:
        for account in entry.accounts():
            net[account] += entry.change(account).minor
    return net
