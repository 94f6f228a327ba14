"""The trace of a process: in its row, in its jobs, and linked to what moves it on from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager

import asyncpg
import attrs
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import Span

from adapters.postgres.group_commit import GroupCommit
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.pool import open_pool
from adapters.postgres.process_spans import ProcessSpans
from adapters.postgres.processes import PostgresProcesses
from adapters.postgres.settings import PostgresSettings
from adapters.postgres.tracing import QuerySpans
from adapters.telemetry.context import written
from adapters.telemetry.tracing import TracingSettings
from adapters.telemetry.use_cases import TracedJob
from domain.funding.deposit import Deposit
from domain.processes.facts.effects import DeadlinePassed, ProcessOpened
from ports.processes import Processes, StaleVersion
from tests.support import builders as a
from tests.support.tracing import Witness, attributes, id_of, parent_of, trace_of

OPENED, MOVED = "Deposit Opened", "Deposit DeadlinePassed"


@attrs.frozen
class Scene:
    witness: Witness
    processes: Processes
    jobs: PostgresJobs
    dsn: str

    def request(self, name: str = "request") -> AbstractContextManager[Span]:
        """A trace of its own."""
        return self.witness.tracing.tracer.start_as_current_span(name)

    async def open(self, deposit: Deposit) -> None:
        job = a.task(f"{deposit.id}:one:1")
        entry = a.funding(a.ADA, "1.00", key=deposit.id)
        step = a.opening(deposit, fact=ProcessOpened(), tasks=(job,), entries=(entry,))
        await self.processes.commit(a.unit(step))

    async def move_on(self, deposit: Deposit, *, version: int | None = None) -> None:
        found = await self.processes.get(deposit.id)
        assert found is not None
        found = attrs.evolve(found, version=version or found.version)
        job = a.task(f"{deposit.id}:two:{found.version}")
        fact = DeadlinePassed(stage=deposit.stage.value)
        await self.processes.commit(a.unit(a.next_step(found, deposit, fact=fact, tasks=(job,))))

    async def ordered(self) -> Sequence[str | None]:
        """The traces of the jobs, as whoever claims them gets them."""
        jobs = await self.jobs.claim(limit=10, lease_s=1.0)
        return [job.trace for job in jobs if isinstance(job, TracedJob)]

    async def execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn)
        await connection.execute(statement)
        await connection.close()


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with a_scene(database_url, TracingSettings()) as scene:
        yield scene


class a_scene:  # noqa: N801 - reads as what it gives
    """A store whose every step and query is seen."""

    def __init__(self, dsn: str, settings: TracingSettings) -> None:
        self._witness = Witness(settings)
        self._settings = PostgresSettings(dsn=dsn, pool_size_max=4, commit_lanes=1)
        self._pool = open_pool(
            self._settings,
            application="test",
            observer=QuerySpans(self._witness.tracing.tracer),
        )

    async def __aenter__(self) -> Scene:
        pool = await self._pool.__aenter__()
        spans = ProcessSpans(self._witness.tracing.tracer)
        processes = PostgresProcesses(pool, GroupCommit(pool, self._settings), spans)
        return Scene(self._witness, processes, PostgresJobs(pool), self._settings.dsn)

    async def __aexit__(self, *raised: object) -> None:
        await self._pool.__aexit__(None, None, None)


async def test_a_step_is_a_span_with_its_postings_and_jobs_by_name(scene: Scene) -> None:
    with scene.request():
        await scene.open(a.deposit())
    step = scene.witness.span(OPENED)
    assert parent_of(step) == id_of(scene.witness.span("request"))
    assert [(event.name, *(event.attributes or {}).values()) for event in step.events] == [
        ("posting", "seed"),
        ("job", "JournalFunds"),
    ]
    assert attributes(step)["stack.process.id"] == a.deposit().id
    assert "1.00" not in step.to_json()


async def test_what_moves_a_process_on_from_elsewhere_is_linked_both_ways(scene: Scene) -> None:
    with scene.request("first"):
        await scene.open(a.deposit())
    with scene.request("webhook"):
        await scene.move_on(a.deposit())
    first, webhook = scene.witness.span("first"), scene.witness.span("webhook")
    opened, moved = scene.witness.span(OPENED), scene.witness.span(MOVED)
    assert trace_of(moved) == trace_of(first) != trace_of(webhook)
    assert parent_of(moved) == id_of(opened)
    assert _linked(moved) == [id_of(webhook)]
    assert _linked(webhook) == [id_of(moved)]


async def test_a_job_is_ordered_in_the_trace_of_its_process(scene: Scene) -> None:
    with scene.request("first"):
        await scene.open(a.deposit())
    with scene.request("webhook"):
        await scene.move_on(a.deposit())
    steps = [scene.witness.span(OPENED), scene.witness.span(MOVED)]
    ordered = {(text or "").rpartition("-")[0] for text in await scene.ordered()}
    assert ordered == {f"00-{trace_of(step):032x}-{id_of(step):016x}" for step in steps}


async def test_a_message_is_read_in_the_trace_of_the_request_that_brought_it(scene: Scene) -> None:
    with scene.request():
        here = written()
        await scene.processes.commit(a.unit(messages=(a.message(),)))
    assert await scene.ordered() == [here]


async def test_within_its_own_trace_a_step_is_below_whatever_takes_it(scene: Scene) -> None:
    with scene.request():
        await scene.open(a.deposit())
        with scene.witness.tracing.tracer.start_as_current_span("job"):
            await scene.move_on(a.deposit())
    moved = scene.witness.span(MOVED)
    assert parent_of(moved) == id_of(scene.witness.span("job"))
    assert moved.links == ()


async def test_a_process_from_before_there_were_traces_gets_the_next_one(scene: Scene) -> None:
    await scene.open(a.deposit())
    await scene.execute("UPDATE processes SET trace = NULL; UPDATE jobs SET trace = NULL")
    scene.witness.forget()
    assert await scene.ordered() == [None]
    fresh = ProcessSpans(scene.witness.tracing.tracer)
    scene.processes._spans = fresh  # type: ignore[attr-defined] # as after a restart
    with scene.request("second"):
        await scene.move_on(a.deposit())
    with scene.request("third"):
        await scene.move_on(a.deposit())
    moves = [span for span in scene.witness.spans if span.name == MOVED]
    assert {trace_of(move) for move in moves} == {trace_of(scene.witness.span("second"))}


async def test_a_step_that_lost_a_race_says_so_and_is_no_failure(scene: Scene) -> None:
    with scene.request():
        await scene.open(a.deposit())
        with pytest.raises(StaleVersion):
            await scene.move_on(a.deposit(), version=7)
    moved = scene.witness.span(MOVED)
    assert attributes(moved)["error.type"] == "StaleVersion"
    assert moved.status.is_unset
    assert moved.events == ()


async def test_a_shared_commit_is_in_one_trace_and_linked_to_the_others(scene: Scene) -> None:
    async def ask(number: int) -> None:
        with scene.request(f"request {number}"):
            await scene.open(a.deposit(number))

    await asyncio.gather(*(ask(number) for number in range(1, 5)))
    steps = {id_of(span) for span in scene.witness.spans if span.name == OPENED}
    commit = scene.witness.span("commit_units")
    assert len(commit.links) == 3
    assert {parent_of(commit), *_linked(commit)} == steps


async def test_a_query_has_its_name_and_no_values(scene: Scene) -> None:
    await scene.processes.get(a.deposit().id)
    query = scene.witness.span("processes_by_id")
    assert attributes(query) == {
        "db.system.name": "postgresql",
        "db.operation.name": "SELECT",
        "db.query.summary": "processes_by_id",
    }
    assert (query.end_time or 0) > (query.start_time or 0)


async def test_a_trace_that_is_not_sampled_is_kept_and_makes_no_spans(database_url: str) -> None:
    async with a_scene(database_url, TracingSettings(sample_ratio=0.0)) as scene:
        with scene.request():
            here = written()
            await scene.open(a.deposit())
            await scene.move_on(a.deposit())
        assert scene.witness.spans == ()
        assert set(await scene.ordered()) == {here}


def _linked(span: ReadableSpan) -> Sequence[int]:
    return [link.context.span_id for link in span.links]
