"""
The order of what surrounds a call to a provider.

    Metered( Traced( Breaking( Deadline( Retrying( Tried( AiohttpTransport ) ) ) ) ) )

One span a call, which hears of every try, and one measurement.
The deadline bounds all tries together. The breaker of the operation's sort is outside it, so that a call
which ran out of time counts as one failure of the provider.
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
    """One provider's transport. The breakers are the caller's, who may ask them how the provider is."""
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
    """The stack around anything that sends one try."""
    retrying = Retrying(AttemptEvents(inner), clock=clock, ids=ids, policy=policy)
    deadline = Deadline(retrying, clock=clock, deadline_s=policy.deadline_s)
    breaking = CircuitBreaking(deadline, clock=clock, breakers=breakers)
    return Traced(breaking, tracer=tracer, propagate_to=propagate_to)
