"""What a unit must mean that names a limit by count."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from domain.accounts.api_key import ApiKey, ApiKeyStage
from domain.accounts.roles import Scope
from domain.ids import InvestorId
from domain.processes.accounts import api_keys, investor_lifecycle
from domain.processes.facts.accounts import ApiKeyRevoked
from ports.counts import CountExceeded, CountLimit
from ports.processes import UnitOfWork, of_kind
from tests.contract.stores import Store
from tests.contract.units import attempt
from tests.support import builders as a

OWNER, OTHER = InvestorId(a.process_id(1)), InvestorId(a.process_id(2))
MOST = 3


def key(number: int, owner: InvestorId = OWNER) -> ApiKey:
    return ApiKey(
        id=a.process_id(number),
        investor_id=owner,
        name="k",
        scopes=(Scope.READ,),
        prefix="stk_",
        created_at=a.AT,
    )


def making(number: int, owner: InvestorId = OWNER, *, most: int = MOST) -> UnitOfWork:
    """A unit that makes one more key, of at most ``most``."""
    step = a.step_of(api_keys.make(key(number, owner), key_hash=f"hash-{number}"))
    limit = CountLimit(investor_id=owner, kind=ApiKey, stage=ApiKeyStage.ACTIVE.value, most=most)
    return attrs.evolve(a.unit(step), counts=(limit,), acting=(owner,))


class CountsContract:
    """Subclasses provide the fixture ``store``."""

    @pytest.fixture(autouse=True)
    async def _owners(self, store: Store) -> None:
        for number, email in ((1, "ada@example.org"), (2, "eve@example.org")):
            joined = attrs.evolve(a.investor(number), email=email)
            await store.processes.commit(a.unit(a.step_of(investor_lifecycle.join(joined))))

    async def test_as_many_as_allowed_are_made(self, store: Store) -> None:
        for number in range(10, 10 + MOST):
            await store.processes.commit(making(number))
        with pytest.raises(CountExceeded):
            await store.processes.commit(making(20))
        assert await store.processes.get(a.process_id(20)) is None
        await store.processes.commit(making(21, OTHER))

    async def test_only_the_stage_counts(self, store: Store) -> None:
        for number in range(10, 10 + MOST):
            await store.processes.commit(making(number))
        found = of_kind(await store.processes.get(a.process_id(10)), ApiKey)
        assert found is not None
        revoked = api_keys.decide(found.record, ApiKeyRevoked()).record
        await store.processes.commit(a.unit(a.next_step(found, revoked, fact=ApiKeyRevoked())))
        await store.processes.commit(making(20))

    async def test_one_is_ended_and_another_made_in_one_commit(self, store: Store) -> None:
        for number in range(10, 10 + MOST):
            await store.processes.commit(making(number))
        found = of_kind(await store.processes.get(a.process_id(10)), ApiKey)
        assert found is not None
        revoked = api_keys.decide(found.record, ApiKeyRevoked()).record
        unit = making(20)
        ending = a.next_step(found, revoked, fact=ApiKeyRevoked())
        await store.processes.commit(attrs.evolve(unit, steps=(*unit.steps, ending)))

    @pytest.mark.situation(
        "15 requests at once for the one place that is left", must="exactly one is taken"
    )
    async def test_of_many_at_once_exactly_as_many_as_allowed_are_made(self, store: Store) -> None:
        for number in range(10, 9 + MOST):
            await store.processes.commit(making(number))
        units = [making(20 + n) for n in range(15)] + [making(50 + n, OTHER) for n in range(MOST)]
        outcomes = [type(o) for o in await asyncio.gather(*(attempt(store, u) for u in units))]
        assert (outcomes[:15].count(type(None)), outcomes[:15].count(CountExceeded)) == (1, 14)
        assert outcomes[15:] == [type(None)] * MOST
        found = await store.processes.of_investor(OWNER, kind=ApiKey)
        assert len(found) == MOST
