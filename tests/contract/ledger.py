"""What every ledger must do."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import DomainError
from domain.ids import FIRM, InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import (
    DebtUnpaid,
    Entry,
    EntryAlreadyPosted,
    InsufficientFunds,
    Posting,
)
from domain.ledger.templates import funding as templates
from domain.ledger.templates import holds
from domain.money import USD, USDC, Money
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import ADA, AT, EVE

FIRM_USD = Account(Role.BROKER, FIRM, USD)
WRITERS = 50


OWED = Account(Role.OWED, ADA, USD)


def owed(key: str, text: str, *, owner: InvestorId = ADA) -> Entry:
    """A fill that nothing was reserved for."""
    amount = a.dollars(text)
    broker = Account(Role.BROKER, owner, USD)
    return Entry(key, "test", (Posting(Account(Role.OWED, owner, USD), broker, amount),))


async def attempt(store: Store, entry: Entry) -> DomainError | None:
    try:
        await store.ledger.post(entry, at=AT)
    except DomainError as refusal:
        return refusal
    return None


class LedgerContract:
    """Subclasses provide the fixture ``store``."""

    async def test_an_account_nobody_posted_to_is_empty(self, store: Store) -> None:
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("0.00")
        assert await store.ledger.balances(ADA) == {}
        assert await store.ledger.totals() == {}

    async def test_a_posting_moves_both_accounts_in_their_own_direction(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "12.34"), at=AT)
        assert await store.ledger.balance(a.broker_of(ADA)) == a.dollars("12.34")
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("12.34")

    async def test_a_key_posts_once(self, store: Store) -> None:
        entries = [a.funding(ADA, "1.00", key="once") for _ in range(20)]
        outcomes = await asyncio.gather(*(attempt(store, entry) for entry in entries))
        assert outcomes.count(None) == 1
        assert {type(o) for o in outcomes} == {type(None), EntryAlreadyPosted}
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("1.00")

    async def test_what_is_not_there_cannot_be_spent(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "5.00"), at=AT)
        with pytest.raises(InsufficientFunds):
            await store.ledger.post(a.spending(ADA, "5.01", key="spend"), at=AT)
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("5.00")
        await store.ledger.post(a.spending(ADA, "5.00", key="spend"), at=AT)
        assert await store.ledger.balances(ADA) == {}

    async def test_the_last_dollar_is_spent_once(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "1.00"), at=AT)
        spends = [a.spending(ADA, "1.00", key=f"spend-{n}") for n in range(WRITERS)]
        outcomes = await asyncio.gather(*(attempt(store, entry) for entry in spends))
        assert outcomes.count(None) == 1

    async def test_nothing_is_free_beside_a_debt(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "5.00"), at=AT)
        owing = owed("owing", "7.00")
        with pytest.raises(DebtUnpaid):
            await store.ledger.post(owing, at=AT)
        await store.ledger.post(a.spending(ADA, "5.00", key="spend"), at=AT)
        await store.ledger.post(owing, at=AT)
        with pytest.raises(DebtUnpaid):
            await store.ledger.post(a.funding(ADA, "1.00", key="more"), at=AT)
        assert await store.ledger.balance(OWED) == a.dollars("7.00")

    async def test_of_a_debt_and_money_at_once_one_waits_for_the_other(self, store: Store) -> None:
        for number in range(20):
            owner = InvestorId(f"owner-{number}")
            await store.ledger.post(a.funding(owner, "1.00", key=f"a{number}"), at=AT)
            await store.ledger.post(a.spending(owner, "1.00", key=f"b{number}"), at=AT)
        entries = [
            entry
            for number in range(20)
            for entry in (
                a.funding(InvestorId(f"owner-{number}"), "2.00", key=f"c{number}"),
                owed(f"d{number}", "3.00", owner=InvestorId(f"owner-{number}")),
            )
        ]
        outcomes = await asyncio.gather(*(attempt(store, entry) for entry in entries))
        for one, other in zip(outcomes[::2], outcomes[1::2], strict=True):
            assert {type(one), type(other)} == {type(None), DebtUnpaid}

    async def test_where_value_is_may_be_negative(self, store: Store) -> None:
        """A provider may owe us for a moment; only claims are guarded."""
        await store.ledger.post(templates.wired_to_offramp("w", amount=a.dollars("3.00")), at=AT)
        assert await store.ledger.balance(FIRM_USD) == a.dollars("-3.00")

    async def test_owners_are_apart(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "1.00", key="ada"), at=AT)
        await store.ledger.post(a.funding(EVE, "2.00", key="eve"), at=AT)
        assert set(await store.ledger.balances(EVE)) == {a.broker_of(EVE), a.cash_of(EVE)}

    async def test_a_hold_is_an_account_of_its_own(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "10.00"), at=AT)
        for number in (1, 2):
            hold = holds.reserved(
                f"hold-{number}",
                owner=ADA,
                process_id=a.process_id(number),
                amount=a.dollars("4.00"),
            )
            await store.ledger.post(hold, at=AT)
        held = {m for acc, m in (await store.ledger.balances(ADA)).items() if acc.role is Role.HOLD}
        assert held == {a.dollars("4.00")}
        assert await store.ledger.balance(a.cash_of(ADA)) == a.dollars("2.00")

    async def test_totals_add_up_over_owners(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "1.00", key="ada"), at=AT)
        await store.ledger.post(a.funding(EVE, "2.00", key="eve"), at=AT)
        gross = a.usdc("7.000001")
        dust = a.usdc("0.000001")
        await store.ledger.post(
            templates.deposit_confirmed(
                "d",
                owner=EVE,
                wallet_id="wallet-ada",
                gross=gross,
                from_dust=a.usdc("0"),
                dust=dust,
            ),
            at=AT,
        )
        assert await store.ledger.totals() == {
            (Role.BROKER, USD): a.dollars("3.00"),
            (Role.CASH, USD): a.dollars("3.00"),
            (Role.CUSTODY, USDC): gross,
            (Role.INCOMING, USDC): a.usdc("7"),
            (Role.DUST, USDC): dust,
        }
        assert await store.ledger.imbalances() == {}

    async def test_rolling_up_changes_no_balance(self, store: Store) -> None:
        for number in range(5):
            entry = templates.wired_to_offramp(f"wire-{number}", amount=a.dollars("1.00"))
            await store.ledger.post(entry, at=AT)
        before = await store.ledger.balances(FIRM)
        folded = [await store.ledger.roll_up(limit=4) for _ in range(4)]
        assert folded == [4, 4, 2, 0]
        assert await store.ledger.balances(FIRM) == before
        assert await store.ledger.balance(FIRM_USD) == a.dollars("-5.00")

    async def test_books_without_any_claims_balance_too(self, store: Store) -> None:
        await store.ledger.post(templates.wired_to_offramp("w", amount=a.dollars("3.00")), at=AT)
        assert await store.ledger.imbalances() == {}

    async def test_a_pooled_account_conserves_under_many_writers(self, store: Store) -> None:
        async def write(number: int) -> None:
            amount = Money(number + 1, USD)
            await store.ledger.post(
                templates.wired_to_offramp(f"wire-{number}", amount=amount), at=AT
            )
            if number % 10 == 0:
                await store.ledger.roll_up(limit=7)

        await store.ledger.post(a.funding(ADA, "1.00"), at=AT)
        await asyncio.gather(*(write(number) for number in range(WRITERS)))
        moved = Money(sum(range(1, WRITERS + 1)), USD)
        assert await store.ledger.balance(FIRM_USD) == -moved
        assert await store.ledger.balance(Account(Role.OFFRAMP, FIRM, USD)) == moved
        assert await store.ledger.imbalances() == {}

    async def test_movements_are_an_owners_at_a_role_from_a_process_on(self, store: Store) -> None:
        for number, owner in ((1, ADA), (2, ADA), (3, EVE)):
            entry = a.funding(owner, f"{number}.00", key=f"funded-{number}")
            step = a.opening(a.deposit(number, owner=owner), entries=(entry,))
            await store.processes.commit(a.unit(step))

        async def moved(owner: InvestorId | None, first: int, role: Role) -> list[str]:
            found = await store.ledger.movements(owner, since=a.process_id(first), roles={role})
            return [f"{each.key} {each.posting.amount}" for each in found]

        assert await moved(ADA, 1, Role.BROKER) == ["funded-1 1.00 USD", "funded-2 2.00 USD"]
        assert await moved(ADA, 2, Role.BROKER) == ["funded-2 2.00 USD"]
        assert await moved(None, 2, Role.BROKER) == ["funded-2 2.00 USD", "funded-3 3.00 USD"]
        assert await moved(ADA, 1, Role.CUSTODY) == []
