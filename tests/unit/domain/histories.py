"""One process and its books, decided on fact by fact as the store would commit it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from adapters.memory.support.accounts import Accounts
from adapters.memory.support.rows import PostedEntry
from domain.ids import ProcessId, Reference, process_of, reference
from domain.ledger import debts
from domain.ledger.account import Role
from domain.ledger.entry import Entry
from domain.money import Asset, Money
from domain.processes.decision import Decision, Process
from domain.processes.dispatch import decide
from domain.processes.facts.fact import Fact
from domain.processes.instructions import Instruction, LookUp
from domain.trading.order import OrderNotOpen
from tests.support import builders as a
from tests.support.builders import AT

STRANGER = a.process_id(666)


@attrs.define
class History:
    """
    Raises what the books would: an entry posted twice, an account overdrawn.

    ``issued`` are the instructions so far: a reference stands for one effect only.
    """

    record: Process
    books: Accounts = attrs.field(factory=Accounts)
    issued: dict[Reference, Instruction] = attrs.field(factory=dict)

    def seed(self, *entries: Entry) -> None:
        for entry in entries:
            self._post(entry)

    def take(self, decision: Decision[Any]) -> None:
        """Commit what was decided."""
        self.record = decision.record
        entries = [*decision.entries, *self._payments(decision.entries)]
        self.books.require_postable(entries)
        self.books.post([self._posted(entry) for entry in entries])
        for instruction in decision.instructions:
            known = self.issued.setdefault(instruction.reference, instruction)
            is_same = known == instruction or isinstance(instruction, LookUp)
            assert is_same, "one reference was given to two effects"

    def learn(self, fact: Fact) -> Decision[Any]:
        """Decide on the fact, commit, and see that hearing it again says nothing new."""
        decision = decided(self.record, fact)
        self.take(decision)
        assert decided(self.record, fact) == unmoved(self.record), "a repeated fact moved it"
        return decision

    def owned(self, asset: Asset, *roles: Role) -> Money:
        """The sum over all owners' accounts of these roles."""
        balances = self.books.balances()
        minor = sum(
            balance
            for account, balance in balances.items()
            if account.asset == asset and account.role in roles
        )
        return Money(minor, asset)

    def held(self, asset: Asset, place: Role) -> Money:
        """What is at a place or at the off-ramp, without what nobody's claim explains."""
        there = self.owned(asset, place, Role.OFFRAMP, Role.FEE_PAID)
        return there - self.owned(asset, Role.FEE_CHARGED, Role.SUSPENSE)

    def _payments(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        """What of the debts is paid with the entries, as the commit does it."""
        minor = self.books.balances()
        balances = {account: Money(each, account.asset) for account, each in minor.items()}
        for purse in debts.purses(entries):
            if amount := debts.payable(purse, balances, entries):
                yield debts.paid(f"{entries[0].key}:debt-{purse.asset.code}", purse, amount)

    def _post(self, entry: Entry) -> None:
        self.books.require_postable([entry])
        self.books.post([self._posted(entry)])

    def _posted(self, entry: Entry) -> PostedEntry:
        return PostedEntry(entry=entry, process_id=self.record.id, at=AT)


def decided(record: Process, fact: Fact) -> Decision[Any]:
    """The decision; a cancellation that comes too late decides nothing."""
    try:
        return decide(record, fact)
    except OrderNotOpen:
        return unmoved(record)


def unmoved(record: Process) -> Decision[Any]:
    """The decision that changes nothing."""
    return Decision[Any](record)


def references(process_id: ProcessId, *steps: str, attempts: int = 5) -> list[Reference]:
    """Every name an effect of the process may have, and some of another process."""
    own = [reference(process_id, step, n) for step in steps for n in range(1, attempts + 1)]
    return [*own, *(reference(STRANGER, step) for step in steps)]


def is_foreign(fact: Fact) -> bool:
    ref: Reference | None = getattr(fact, "reference", None)
    return ref is not None and process_of(ref) == STRANGER


def stories(way: Sequence[Fact], facts: st.SearchStrategy[Fact]) -> st.SearchStrategy[list[Fact]]:
    """Some of the straight way to an end, then anything at all, parts of that way among it."""
    beginnings = st.integers(0, len(way)).map(lambda steps: list(way[:steps]))
    rest = st.lists(facts | st.sampled_from(list(way)), max_size=25)
    return st.builds(lambda beginning, later: beginning + later, beginnings, rest)
