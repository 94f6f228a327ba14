"""What a unit that uses a password must mean: it is stale when the password or a session says otherwise."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from domain.accounts.session import Session
from domain.ids import InvestorId
from domain.processes import sessions
from domain.processes.facts import Refreshed, Revoked
from ports.processes import PasswordUse, StaleVersion, Unit
from tests.contract.stores import Store
from tests.contract.units import attempt
from tests.support import builders as a
from tests.support.builders import AT

ADA = InvestorId(a.process_id(1))
EVE = InvestorId(a.process_id(2))
HELD = PasswordUse(investor_id=ADA, held="hash")


def session(number: int, *, owner: InvestorId = ADA) -> Session:
    return Session(
        id=a.process_id(number),
        investor_id=owner,
        created_at=AT,
        used_at=AT,
        token_hash=f"hash-{number}",
    )


def log_in(number: int, *, held: str = "hash") -> Unit:
    use = attrs.evolve(HELD, held=held)
    return a.unit(a.step_of(sessions.begin(session(number))), passwords=(use,))


def change(becomes: str, **changes: Any) -> PasswordUse:
    return attrs.evolve(HELD, becomes=becomes, **changes)


async def password_of(store: Store, investor_id: InvestorId = ADA) -> str | None:
    found = await store.investors.get(investor_id)
    return found.password_hash if found else None


class PasswordsInUnitsContract:
    """Subclasses provide the fixture ``store``."""

    @pytest.fixture(autouse=True)
    async def _people(self, store: Store) -> None:
        people = (a.investor(1), a.investor(2, email="eve@example.org"))
        await store.processes.commit(a.unit(investors=people))

    async def test_a_password_becomes_another_for_its_investor_alone(self, store: Store) -> None:
        await store.processes.commit(a.unit(passwords=(change("new"),)))
        assert (await password_of(store), await password_of(store, EVE)) == ("new", "hash")

    async def test_a_use_that_changes_nothing_leaves_the_password(self, store: Store) -> None:
        await store.processes.commit(log_in(10))
        assert await password_of(store) == "hash"
        assert await store.processes.get(a.process_id(10))

    @pytest.mark.parametrize(
        "use",
        [
            attrs.evolve(HELD, held="other"),
            change("new", held="other"),
            attrs.evolve(HELD, investor_id=InvestorId(a.process_id(3))),
        ],
        ids=["log-in", "change", "nobody"],
    )
    async def test_another_password_makes_all_of_the_unit_stale(
        self, store: Store, use: PasswordUse
    ) -> None:
        step = a.step_of(sessions.begin(session(10)))
        audited = (a.audit_record(),)
        with pytest.raises(StaleVersion):
            await store.processes.commit(a.unit(step, passwords=(use,), audit=audited))
        assert await store.processes.get(a.process_id(10)) is None
        assert await password_of(store) == "hash"
        assert await store.audit.seal(at=AT, limit=10) is None

    async def test_a_session_that_would_outlive_the_password_makes_the_change_stale(
        self, store: Store
    ) -> None:
        await store.processes.commit(log_in(10))
        await store.processes.commit(log_in(11))
        kept = change("new", keeps=a.process_id(10))
        with pytest.raises(StaleVersion):
            await store.processes.commit(a.unit(passwords=(kept,)))
        assert await password_of(store) == "hash"

    async def test_a_change_ends_sessions_and_keeps_one(self, store: Store) -> None:
        await store.processes.commit(log_in(10))
        await store.processes.commit(log_in(11))
        found = await store.processes.get(a.process_id(11))
        assert found is not None
        assert isinstance(found.record, Session)
        fact = Revoked(reason="why")
        step = a.next_step(found, sessions.decide(found.record, fact).record, fact=fact)
        kept = change("new", keeps=a.process_id(10))
        await store.processes.commit(a.unit(step, passwords=(kept,)))
        assert await password_of(store) == "new"

    async def test_the_sessions_of_others_do_not_matter(self, store: Store) -> None:
        eves = a.step_of(sessions.begin(session(20, owner=EVE)))
        await store.processes.commit(a.unit(eves))
        await store.processes.commit(a.unit(passwords=(change("new"),)))
        assert await password_of(store) == "new"

    async def test_of_many_changes_at_once_one_is_made(self, store: Store) -> None:
        units = [a.unit(passwords=(change(f"new-{n}"),)) for n in range(20)]
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        assert outcomes.count(None) == 1
        assert {type(o) for o in outcomes} == {type(None), StaleVersion}
        assert await password_of(store) == f"new-{outcomes.index(None)}"

    async def test_no_session_of_the_old_password_is_there_beside_the_new(
        self, store: Store
    ) -> None:
        units = [log_in(10 + n) for n in range(20)]
        units.insert(10, a.unit(passwords=(change("new"),)))
        outcomes = await asyncio.gather(*(attempt(store, unit) for unit in units))
        begun = await store.processes.of_investor(ADA, kind=Session)
        assert not (begun and await password_of(store) == "new"), outcomes

    async def test_a_session_is_stored_with_its_history_and_found_by_each_token(
        self, store: Store
    ) -> None:
        await store.processes.commit(log_in(10))
        found = await store.processes.find(sessions.name_of("hash-10"))
        assert found is not None
        assert found.record == session(10)
        fact = Refreshed(presented="hash-10", successor="next", at=AT)
        decision = sessions.decide(session(10), fact)
        step = a.next_step(found, decision.record, fact=fact, names=decision.names)
        await store.processes.commit(a.unit(step))
        for token_hash in ("hash-10", "next"):
            again = await store.processes.find(sessions.name_of(token_hash))
            assert again is not None
            assert (again.record, again.version) == (decision.record, 2)
