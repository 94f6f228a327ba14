"""What the trail of a process must tell."""

from __future__ import annotations

import attrs

from domain.ids import JobId
from domain.processes.facts.funding import JournalAccepted
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.processes.funding import withdrawal_debit, withdrawal_payout
from domain.processes.trading import order_execution
from domain.quantity import Price
from domain.trading.order import Order
from tests.contract.stores import Store
from tests.support import builders as a
from tests.support.builders import ADA, AT


class TrailsContract:
    """Subclasses provide the fixture ``store``."""

    async def test_the_trail_tells_everything_in_order(self, store: Store) -> None:
        await store.ledger.post(a.funding(ADA, "100.00"), at=AT.replace(hour=1))
        placed = order_execution.place(a.order())
        await store.processes.commit(a.unit(a.step_of(placed)))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        assert isinstance(found.record, Order)
        report = OrderReported(
            reference=found.record.reference,
            provider_id="order-1",
            status=OrderStatus.FILLED,
            filled=a.sell("0.5").quantity or a.dollars("0"),
            average_price=Price.of("200"),
        )
        decision = order_execution.decide(found.record, report)
        step = a.next_step(found, decision.record, fact=report, entries=decision.entries)
        job = JobId(found.record.reference)
        later = AT.replace(minute=1)
        await store.processes.commit(
            attrs.evolve(a.unit(step, done=a.claim(job)), at=later, cause=job)
        )

        trail = await store.processes.trail(a.process_id(1))
        assert [(line.at, line.kind, line.title) for line in trail] == [
            (AT, "message", "Opened"),
            (AT, "stage", "new -> reserved"),
            (AT, "posting", "reserved"),
            (AT, "effect", "PlaceOrder"),
            (later, "message", "OrderReported"),
            (later, "stage", "reserved -> filled"),
            (later, "posting", "bought"),
        ]
        details = [line.detail for line in trail]
        assert details[0] == {"from": "request"}
        assert details[3] == {
            "reference": job,
            "attempts": 0,
            "done": later.isoformat(),
            "error": None,
        }
        assert details[4]["from"] == job
        assert details[4]["filled"] == "0.500000000 AAPL/9"
        assert details[5] == {"version": 2}
        assert details[6] == {
            "key": f"{a.process_id(1)}:fill:1",
            "postings": [
                {
                    "debit": f"broker:{ADA}:AAPL/9",
                    "credit": f"security:{ADA}:AAPL/9",
                    "amount": "0.500000000",
                    "asset": "AAPL/9",
                },
                {
                    "debit": f"hold:{ADA}:USD/2:{a.process_id(1)}",
                    "credit": f"broker:{ADA}:USD/2",
                    "amount": "100.00",
                    "asset": "USD/2",
                },
            ],
        }

    async def test_a_step_without_a_new_stage_is_told_without_one(self, store: Store) -> None:
        await store.processes.commit(a.unit(a.opening(a.deposit())))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        fact = JournalAccepted(reference=a.journal_order("x:y:1").reference, provider_id="j-1")
        unchanged = a.next_step(found, found.record, fact=fact)
        await store.processes.commit(a.unit(unchanged))
        kinds = [line.kind for line in await store.processes.trail(a.process_id(1))]
        assert kinds == ["message", "message", "stage"]

    async def test_inquiries_and_deadlines_are_not_told(self, store: Store) -> None:
        decision = withdrawal_debit.request(a.withdrawal())
        await store.ledger.post(a.funding(ADA, "100.00"), at=AT)
        await store.processes.commit(a.unit(a.step_of(decision)))
        found = await store.processes.get(a.process_id(1))
        assert found is not None
        debit = decision.instructions[0].reference
        fact = JournalAccepted(reference=debit, provider_id="j-1")
        accepted = withdrawal_payout.decide(decision.record, fact)
        step = a.step_of(accepted, version=2, fact=fact, stage_before="reserved")
        await store.processes.commit(a.unit(step))
        effects = [
            line for line in await store.processes.trail(a.process_id(1)) if line.kind == "effect"
        ]
        assert [line.title for line in effects] == ["JournalFunds"]
        assert (await store.jobs.backlog()).count == 2
