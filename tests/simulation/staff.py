"""What staff do: they look up what a review waits for, and rule only what is certain."""

from __future__ import annotations

from domain.processes import rulings
from domain.processes.decision import Process
from domain.processes.facts.review import Ruled
from domain.review.ruling import Action
from tests.simulation.life import Life


async def resolve(life: Life) -> None:
    """Staff look up what a review waits for, and rule only what is certain."""
    await resolve_some(life)


async def resolve_some(life: Life) -> None:
    """For each review: the facts that the providers tell, or a ruling that nothing happened."""
    for record in reviews(life):
        facts = [await life.lookups().ask(each) for each in rulings.questions(record)]
        for fact in facts:
            if fact is not None:
                await life.tell(record.id, fact)
        current = life.world.database.processes[record.id].record
        if all(fact is None for fact in facts) and current.stage.value == rulings.IN_REVIEW:
            await _rule(life, current)


async def _rule(life: Life, record: Process) -> None:
    """No provider knows the effect, and nothing can make it any more: it did not happen."""
    for action in (Action.RETRY, Action.DID_NOT_HAPPEN):
        if action in rulings.possible(record):
            ruled = Ruled(action=action, reason="the provider knows nothing of it")
            await life.world.app.processes.apply(record.id, ruled)
            return


def reviews(life: Life) -> list[Process]:
    return [
        each.record
        for each in life.world.database.processes.values()
        if each.record.stage.value == rulings.IN_REVIEW
    ]
