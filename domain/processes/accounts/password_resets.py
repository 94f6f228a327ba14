"""A recovery's way: a letter goes out, and its token is shown in time or never."""

from __future__ import annotations

import attrs

from domain.accounts.recovery import RECOVERY_LIFETIME, Recovery, RecoveryStage
from domain.ids import reference
from domain.processes.decision import Decision
from domain.processes.facts.accounts import Recovered
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.facts.fact import Fact
from domain.processes.instructions import SendEmail, WatchDeadline
from domain.processes.process_type import ProcessType

Outcome = Decision[Recovery]


def request(recovery: Recovery) -> Outcome:
    letter = SendEmail(reference=reference(recovery.id, "letter"))
    deadline = WatchDeadline(
        reference=reference(recovery.id, "deadline"),
        stage=RecoveryStage.PENDING.value,
        after_s=int(RECOVERY_LIFETIME.total_seconds()),
    )
    return Decision(recovery, instructions=(letter, deadline))


def decide(recovery: Recovery, fact: Fact) -> Outcome:
    if recovery.stage is not RecoveryStage.PENDING:
        return Decision(recovery)
    match fact:
        case Recovered():
            return Decision(attrs.evolve(recovery, stage=RecoveryStage.USED))
        case DeadlinePassed():
            return Decision(attrs.evolve(recovery, stage=RecoveryStage.EXPIRED))
        case _:
            return Decision(recovery)


PROCESS = ProcessType(
    record=Recovery,
    decide=decide,
    ended=frozenset({RecoveryStage.USED, RecoveryStage.EXPIRED}),
)
