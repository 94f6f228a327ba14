"""What every brokerage must do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
import pytest

from domain.accounts.onboarding import ProviderAccountStatus
from domain.funding.conversion import PayByWire
from domain.ids import ProcessId, Reference, reference
from domain.money import Money
from domain.processes.facts.funding import JournalExecuted, WireCompleted, WireFailed
from ports.brokerage import JournalFact, WireFact
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from ports.fence import Fence
from ports.processes import LeaseLost
from tests.contract.brokerage_rig import (
    ADA,
    AMOUNT,
    DEBIT,
    FIRM_CASH,
    FUNDING,
    MUCH,
    NOWHERE,
    OFFRAMP,
    ONBOARDING,
    WIRE,
    BrokerageRig,
    open_approved,
)
from tests.contract.rigs import eventually


class BrokerageContract:
    """Subclasses provide the fixture ``rig``."""

    async def fund(self, rig: BrokerageRig, account_id: str, *, attempt: int = 1) -> JournalFact:
        return await rig.brokerage.journal(
            FUNDING, account_id=account_id, amount=AMOUNT, to_investor=True, attempt=attempt
        )

    async def send(
        self, rig: BrokerageRig, *, to: PayByWire = OFFRAMP, attempt: int = 1
    ) -> WireFact:
        return await rig.brokerage.wire(WIRE, amount=AMOUNT, to=to, attempt=attempt)

    async def executed(self, rig: BrokerageRig, ref: Reference) -> JournalExecuted:
        return await eventually(
            rig, lambda: rig.brokerage.find_journal(ref, provider_id=None), JournalExecuted
        )

    def wire_by_id(
        self, rig: BrokerageRig, accepted: WireFact
    ) -> Callable[[], Awaitable[WireFact | None]]:
        assert not isinstance(accepted, WireFailed)
        return lambda: rig.brokerage.find_wire(WIRE, provider_id=accepted.provider_id)

    async def cash(self, rig: BrokerageRig, account_id: str | None = None) -> Money:
        return (await rig.brokerage.holdings(account_id))["USD/2"]

    async def test_an_opened_account_is_approved_in_time(self, rig: BrokerageRig) -> None:
        account_id = await open_approved(rig)
        assert (await rig.brokerage.account(account_id)).standing is ProviderAccountStatus.APPROVED

    async def test_one_person_gets_one_account(self, rig: BrokerageRig) -> None:
        account_id = await open_approved(rig)
        shouted = attrs.evolve(ADA, email=ADA.email.upper())
        for profile, attempt in ((ADA, 1), (ADA, 2), (shouted, 1)):
            again = await rig.brokerage.open_account(ONBOARDING, profile=profile, attempt=attempt)
            assert again.account_id == account_id

    async def test_two_people_get_two_accounts(self, rig: BrokerageRig) -> None:
        other = attrs.evolve(ADA, email="da@example.org")
        assert await open_approved(rig) != await open_approved(rig, other)

    async def test_an_account_whose_answer_was_lost_is_found(self, rig: BrokerageRig) -> None:
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await rig.brokerage.open_account(ONBOARDING, profile=ADA, attempt=1)
        found = await rig.brokerage.open_account(ONBOARDING, profile=ADA, attempt=2)
        assert (await rig.brokerage.account(found.account_id)).account_id == found.account_id

    async def test_an_unknown_account_is_refused(self, rig: BrokerageRig) -> None:
        with pytest.raises(ProviderRejected):
            await rig.brokerage.account("00000000-0000-4000-8000-000000000000")

    async def test_a_journal_moves_dollars_from_the_firm_to_the_investor(
        self, rig: BrokerageRig
    ) -> None:
        account_id = await open_approved(rig)
        assert (await self.fund(rig, account_id)).reference == FUNDING
        assert (await self.executed(rig, FUNDING)).amount == AMOUNT
        assert await self.cash(rig, account_id) == AMOUNT
        assert await self.cash(rig) == FIRM_CASH - AMOUNT

    async def test_a_journal_moves_dollars_back(self, rig: BrokerageRig) -> None:
        account_id = await open_approved(rig)
        await self.fund(rig, account_id)
        await self.executed(rig, FUNDING)
        await rig.brokerage.journal(
            DEBIT, account_id=account_id, amount=AMOUNT, to_investor=False, attempt=1
        )
        await self.executed(rig, DEBIT)
        assert not await self.cash(rig, account_id)
        assert await self.cash(rig) == FIRM_CASH

    async def test_the_same_reference_journals_once(self, rig: BrokerageRig) -> None:
        account_id = await open_approved(rig)
        for attempt in (1, 2, 3):
            await self.fund(rig, account_id, attempt=attempt)
        await self.executed(rig, FUNDING)
        assert await self.cash(rig, account_id) == AMOUNT
        await self.fund(rig, account_id, attempt=4)
        assert await self.cash(rig, account_id) == AMOUNT

    async def test_a_journal_whose_answer_was_lost_is_found(self, rig: BrokerageRig) -> None:
        account_id = await open_approved(rig)
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await self.fund(rig, account_id)
        found = await self.executed(rig, FUNDING)
        by_id = await rig.brokerage.find_journal(FUNDING, provider_id=found.provider_id)
        assert by_id == found
        await self.fund(rig, account_id, attempt=2)
        assert await self.cash(rig, account_id) == AMOUNT

    async def test_a_journal_that_was_never_made_is_not_found(self, rig: BrokerageRig) -> None:
        assert await rig.brokerage.find_journal(FUNDING, provider_id=None) is None

    async def test_a_journal_above_the_balance_is_refused_and_says_why(
        self, rig: BrokerageRig
    ) -> None:
        account_id = await open_approved(rig)
        with pytest.raises(ProviderRejected) as refused:
            await rig.brokerage.journal(
                FUNDING, account_id=account_id, amount=MUCH, to_investor=True, attempt=1
            )
        assert refused.value.detail
        assert await self.cash(rig) == FIRM_CASH

    async def test_a_wire_leaves_the_firm_account_and_arrives(self, rig: BrokerageRig) -> None:
        accepted = await self.send(rig)
        wire = await eventually(rig, self.wire_by_id(rig, accepted), WireCompleted)
        assert rig.wired() == wire.amount == AMOUNT
        assert await self.cash(rig) == FIRM_CASH - AMOUNT

    async def test_the_same_reference_wires_once(self, rig: BrokerageRig) -> None:
        accepted = await self.send(rig)
        again = await self.send(rig, attempt=2)
        assert not isinstance(again, WireFailed)
        assert not isinstance(accepted, WireFailed)
        assert again.provider_id == accepted.provider_id
        await eventually(rig, self.wire_by_id(rig, accepted), WireCompleted)
        await self.send(rig, attempt=3)
        assert rig.wired() == AMOUNT

    @pytest.mark.situation(
        "a wire is not found right after a request whose answer was lost",
        must="nothing is sent until the quiet time is over",
    )
    async def test_a_wire_that_is_not_found_is_sent_again_after_the_quiet_time_only(
        self, rig: BrokerageRig
    ) -> None:
        for sent_s in (0.0, 250.0):
            with pytest.raises(ProviderOutcomeUnknown):
                await rig.brokerage.wire(
                    WIRE, amount=AMOUNT, to=OFFRAMP, attempt=2, fence=Fence(sent_s=sent_s)
                )
        assert await self.cash(rig) == FIRM_CASH
        fence = Fence(sent_s=86_400.0)
        sent = await rig.brokerage.wire(WIRE, amount=AMOUNT, to=OFFRAMP, attempt=2, fence=fence)
        await eventually(rig, self.wire_by_id(rig, sent), WireCompleted)
        assert rig.wired() == AMOUNT

    async def test_a_wire_is_not_sent_by_an_attempt_that_was_overtaken(
        self, rig: BrokerageRig
    ) -> None:
        async def overtaken() -> None:
            raise LeaseLost

        with pytest.raises(LeaseLost):
            await rig.brokerage.wire(
                WIRE, amount=AMOUNT, to=OFFRAMP, attempt=2, fence=Fence(begin=overtaken)
            )
        assert await self.cash(rig) == FIRM_CASH

    async def test_a_wire_counts_as_sent_unless_it_was_certainly_not_taken(
        self, rig: BrokerageRig
    ) -> None:
        said: list[str] = []

        async def begin() -> None:
            said.append("sent")

        async def retract() -> None:
            said.append("not sent")

        fence = Fence(begin=begin, retract=retract)
        with pytest.raises(ProviderRejected):
            await rig.brokerage.wire(WIRE, amount=MUCH, to=OFFRAMP, attempt=1, fence=fence)
        assert said == ["sent", "not sent"]
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await rig.brokerage.wire(WIRE, amount=AMOUNT, to=OFFRAMP, attempt=1, fence=fence)
        assert said[2:] == ["sent"]

    async def test_a_wire_whose_answer_was_lost_is_not_sent_again(self, rig: BrokerageRig) -> None:
        rig.lose_answer()
        with pytest.raises(ProviderOutcomeUnknown):
            await self.send(rig)
        found = await self.send(rig, attempt=2)
        assert found.reference == WIRE
        await eventually(rig, self.wire_by_id(rig, found), WireCompleted)
        assert rig.wired() == AMOUNT

    async def test_another_conversion_of_the_same_amount_is_another_wire(
        self, rig: BrokerageRig
    ) -> None:
        await self.send(rig)
        other = reference(ProcessId("01920000-0000-7000-8000-000000000009"), "wire")
        to = attrs.evolve(OFFRAMP, memo="REF-OTHER")
        await rig.brokerage.wire(other, amount=AMOUNT, to=to, attempt=2)
        await eventually(rig, self.both_arrived(rig), Money)

    def both_arrived(self, rig: BrokerageRig) -> Callable[[], Awaitable[Money | None]]:
        async def ask() -> Money | None:
            return rig.wired() if rig.wired() == AMOUNT + AMOUNT else None

        return ask

    async def test_a_wire_that_comes_back_has_failed(self, rig: BrokerageRig) -> None:
        accepted = await self.send(rig, to=NOWHERE)
        failed = await eventually(rig, self.wire_by_id(rig, accepted), WireFailed)
        assert failed.reason
        assert await self.cash(rig) == FIRM_CASH

    async def test_a_wire_above_the_balance_is_refused_and_says_why(
        self, rig: BrokerageRig
    ) -> None:
        with pytest.raises(ProviderRejected) as refused:
            await rig.brokerage.wire(WIRE, amount=MUCH, to=OFFRAMP, attempt=1)
        assert refused.value.detail
        assert await self.cash(rig) == FIRM_CASH

    async def test_a_throttle_says_when_to_come_back(self, rig: BrokerageRig) -> None:
        rig.throttle(retry_after_s=7)
        with pytest.raises(ProviderThrottled) as throttled:
            await self.send(rig)
        assert throttled.value.retry_after_s == 7
        assert await self.cash(rig) == FIRM_CASH

    async def test_an_unavailable_provider_is_not_a_refusal(self, rig: BrokerageRig) -> None:
        rig.be_unavailable()
        with pytest.raises(ProviderUnavailable):
            await self.send(rig)
        assert await self.cash(rig) == FIRM_CASH
