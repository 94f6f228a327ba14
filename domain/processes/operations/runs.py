"""The lifecycle of a run of reconciliation."""

from __future__ import annotations

import attrs

from domain.ids import LookupKey
from domain.processes.decision import Decision
from domain.processes.facts.reconciliation import OwnersReconciled, RunFact
from domain.processes.process_type import ProcessType
from domain.reconciliation.run import ReconciliationRun, RunScope, RunStage

RUN = "stack.reconciliation"
"""The namespace of a run's lookup key, of which there is one for each period."""


def name_of(scope: RunScope, *, period: int) -> LookupKey:
    return LookupKey(RUN, f"{scope.value}:{period}")


def begin(run: ReconciliationRun, *, period: int) -> Decision[ReconciliationRun]:
    return Decision(run, names=(name_of(run.scope, period=period),))


def decide(run: ReconciliationRun, fact: RunFact) -> Decision[ReconciliationRun]:
    if run.stage is not RunStage.RUNNING:
        return Decision(run)
    return Decision(_advanced(run, fact))


def _advanced(run: ReconciliationRun, fact: OwnersReconciled) -> ReconciliationRun:
    return attrs.evolve(
        run,
        after=fact.after,
        owners=run.owners + fact.owners,
        differences=run.differences + fact.differences,
        unreadable=run.unreadable + fact.unreadable,
        unsteady=run.unsteady + fact.unsteady,
        stage=RunStage.DONE if fact.is_last else run.stage,
        ended_at=fact.at if fact.is_last else None,
    )


PROCESS = ProcessType(
    record=ReconciliationRun,
    facts=RunFact,
    decide=decide,
    ended=frozenset({RunStage.DONE}),
)
