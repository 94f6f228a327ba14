"""What a unit must mean that names who acts, or whose account is to be empty."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from domain.accounts.investor import AccountNotActive, AccountNotEmpty, Investor
from domain.ids import InvestorId
from domain.processes.accounts import investor_lifecycle
from domain.processes.facts.accounts import (
    AccountDeactivated,
    AccountFrozen,
    AccountUnfrozen,
    InvestorFact,
    PasswordSet,
)
from ports.processes import LookupKeyTaken, Step
from tests.contract.stores import Store
from tests.contract.units import attempt
from tests.support import builders as a
from tests.support.builders import AT

PERSON = InvestorId(a.process_id(1))
NOBODY = InvestorId(a.process_id(9))


async def step(store: Store, fact: InvestorFact) -> Step:
    """The investor's next step."""
    found = await store.processes.get(a.process_id(1))
    assert found is not None
    assert isinstance(found.record, Investor)
    return a.next_step(found, investor_lifecycle.decide(found.record, fact).record, fact=fact)


class ActingContract:
    """Subclasses provide the fixture ``store``."""

    @pytest.fixture(autouse=True)
    async def _person(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.step_of(investor_lifecycle.join(a.investor(1)))))

    async def test_an_investor_is_found_by_the_address_that_nobody_else_can_have(
        self, store: Store
    ) -> None:
        found = await store.processes.find(investor_lifecycle.name_of("ada@example.org"))
        assert found is not None
        assert found.record == a.investor(1)
        assert await store.processes.find(investor_lifecycle.name_of("a\x00@example.org")) is None
        with pytest.raises(LookupKeyTaken):
            await store.processes.commit(a.unit(a.step_of(investor_lifecycle.join(a.investor(2)))))

    async def test_a_few_are_read_at_once_in_the_order_asked_for(self, store: Store) -> None:
        ids = (a.process_id(9), a.process_id(1), a.process_id(9))
        found = await store.processes.get_all(ids)
        assert [each and each.record.id for each in found] == [None, a.process_id(1), None]

    async def test_who_is_active_acts(self, store: Store) -> None:
        unit = attrs.evolve(a.unit(a.opening(a.deposit(5))), acting=(PERSON,))
        await store.processes.commit(unit)
        assert await store.processes.get(a.process_id(5))

    @pytest.mark.parametrize(
        "fact", [AccountFrozen(reason="why"), AccountDeactivated(reason="why")]
    )
    async def test_who_is_not_does_nothing_at_all(self, store: Store, fact: InvestorFact) -> None:
        await store.processes.commit(a.unit(await step(store, fact)))
        unit = attrs.evolve(a.unit(a.opening(a.deposit(5))), acting=(PERSON,))
        with pytest.raises(AccountNotActive):
            await store.processes.commit(unit)
        assert await store.processes.get(a.process_id(5)) is None

    async def test_nobody_acts_for_nobody(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit(5))))
        for somebody in (NOBODY, InvestorId(a.process_id(5))):
            unit = attrs.evolve(a.unit(a.opening(a.deposit(6))), acting=(somebody,))
            with pytest.raises(AccountNotActive):
                await store.processes.commit(unit)

    async def test_who_is_unfrozen_acts_again(self, store: Store) -> None:
        await store.processes.commit(a.unit(await step(store, AccountFrozen(reason="why"))))
        await store.processes.commit(a.unit(await step(store, AccountUnfrozen(reason="all clear"))))
        unit = attrs.evolve(a.unit(a.opening(a.deposit(5))), acting=(PERSON,))
        await store.processes.commit(unit)

    async def test_of_many_at_once_those_refused_take_nobody_along(self, store: Store) -> None:
        units = [
            attrs.evolve(a.unit(a.opening(a.deposit(10 + n))), acting=(who,))
            for n, who in enumerate([PERSON, NOBODY] * 5)
        ]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert [type(o) for o in outcomes] == [type(None), AccountNotActive] * 5

    async def test_an_account_with_money_is_not_closed(self, store: Store) -> None:
        await store.ledger.post(a.funding(PERSON, "0.01"), at=AT)
        closing = attrs.evolve(
            a.unit(await step(store, AccountDeactivated(reason="why"))), emptied=(PERSON,)
        )
        with pytest.raises(AccountNotEmpty):
            await store.processes.commit(closing)
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        assert found.version == 1

    async def test_an_empty_account_is_closed(self, store: Store) -> None:
        await store.ledger.post(a.funding(NOBODY, "0.01"), at=AT)
        closing = attrs.evolve(
            a.unit(await step(store, AccountDeactivated(reason="why"))), emptied=(PERSON,)
        )
        await store.processes.commit(closing)

    async def test_secrets_are_not_kept_in_the_history(self, store: Store) -> None:
        await store.processes.commit(
            a.unit(await step(store, PasswordSet(password_hash="a-secret")))
        )
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        assert isinstance(found.record, Investor)
        assert found.record.password_hash == "a-secret"
        assert "a-secret" not in str(await store.processes.trail(a.process_id(1)))
