"""
The layers around a call to a provider, in their order.

    Metered( Traced( CircuitBreaking( Deadline( Retrying( AttemptEvents( AiohttpTransport ) ) ) ) ) )

Each call has one span, with an event for every try, and one measurement. The deadline bounds all tries
together. The breaker is outside the deadline, so a call that runs out of time counts as one failure.
"""

from __future__ import annotations

from collections.abc import Collection

import aiohttp
from opentelemetry.trace import NoOpTracer, Tracer

from adapters.http.circuit_breaking import Breakers, CircuitBreaking
from adapters.http.deadline import Deadline
from adapters.http.metered import Metered
from adapters.http.retrying import Retrying
from adapters.http.tracing import AttemptEvents, Traced
from adapters.http.transport import AiohttpTransport, Transport
from adapters.metrics.providers import ProviderMetrics
from adapters.resilience.policy import CallPolicy
from ports.clock import Clock
from ports.ids import Ids

UNTRACED = NoOpTracer()


def build_stack(
    session: aiohttp.ClientSession,
    *,
    clock: Clock,
    ids: Ids,
    policy: CallPolicy,
    breakers: Breakers,
    metrics: ProviderMetrics,
    tracer: Tracer = UNTRACED,
    propagate_to: Collection[str] = (),
) -> Transport:
    """One provider's transport. The caller keeps the breakers, to observe the provider's health."""
    stack = surround(
        AiohttpTransport(session, policy=policy),
        clock=clock,
        ids=ids,
        policy=policy,
        breakers=breakers,
        tracer=tracer,
        propagate_to=propagate_to,
    )
    return Metered(stack, metrics)


def surround(
    inner: Transport,
    *,
    clock: Clock,
    ids: Ids,
    policy: CallPolicy,
    breakers: Breakers,
    tracer: Tracer = UNTRACED,
    propagate_to: Collection[str] = (),
) -> Transport:
    """The layers around any transport that sends a single try."""
    retrying = Retrying(AttemptEvents(inner), clock=clock, ids=ids, policy=policy)
    deadline = Deadline(retrying, clock=clock, deadline_s=policy.deadline_s)
    breaking = CircuitBreaking(deadline, clock=clock, breakers=breakers)
    return Traced(breaking, tracer=tracer, propagate_to=propagate_to)
