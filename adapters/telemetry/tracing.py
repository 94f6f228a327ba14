"""
Tracing: the tracer provider, and the export of finished spans to a collector.

Finished spans go into a bounded queue, which a separate thread exports. While the collector is unavailable
the oldest spans are dropped; no caller waits, and memory stays bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import metadata
from typing import Self

import attrs
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.semconv.attributes import service_attributes as service
from opentelemetry.trace import NoOpTracer, Tracer

from adapters.telemetry.exporting import GRPC, HTTP, NOWHERE, FlushLimitedExporter, exporter_to
from adapters.telemetry.observed import Observer
from adapters.telemetry.requests import RequestSpans
from adapters.telemetry.use_cases import UseCaseSpans

ROLE = "stack.role"
DISTRIBUTION = "stack-service"
ATTRIBUTES_MAX = 32
VALUE_LENGTH_MAX = 4096
LINKS_MAX = 64

_between_0_and_1 = [attrs.validators.ge(0.0), attrs.validators.le(1.0)]


@attrs.frozen(kw_only=True)
class TracingSettings:
    """
    Where spans are exported to, and how many are made.

    Without ``enabled`` nothing is traced. With the exporter ``none`` there are trace ids, for logs and
    problem documents, but no spans. ``endpoint`` is the collector's address; the exporters add the
    standard path to one without a path. ``sample_ratio`` is the share of new traces that is sampled, 0.0
    to 1.0; a trace is sampled whole or not at all. ``propagate_to`` names the providers to which we send
    our trace context, by default none. ``baggage_keys`` are accepted from our proxies.
    """

    enabled: bool = True
    exporter: str = attrs.field(
        default=NOWHERE, validator=attrs.validators.in_((NOWHERE, GRPC, HTTP))
    )
    endpoint: str = ""
    sample_ratio: float = attrs.field(default=1.0, validator=_between_0_and_1)
    service_name: str = "stack"
    queue_max: int = attrs.field(default=2048, validator=attrs.validators.ge(1))
    batch_max: int = attrs.field(default=256, validator=attrs.validators.ge(1))
    export_every_s: float = attrs.field(default=1.0, validator=attrs.validators.gt(0))
    export_timeout_s: float = attrs.field(default=2.0, validator=attrs.validators.gt(0))
    flush_s: float = attrs.field(default=3.0, validator=attrs.validators.gt(0))
    propagate_to: tuple[str, ...] = ()
    baggage_keys: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.batch_max > self.queue_max:
            raise ValueError("batch_max must not be larger than queue_max")
        if self.exporter != NOWHERE and not self.endpoint:
            raise ValueError("an exporter needs an endpoint")


@attrs.frozen(kw_only=True)
class Tracing:
    """
    The tracer, and what makes spans of requests and use cases.

    ``requests`` is for the API and ``observers`` for the services; both are empty when tracing is off.
    """

    tracer: Tracer
    requests: RequestSpans | None = None
    observers: tuple[Observer, ...] = ()
    propagate_to: tuple[str, ...] = ()
    _provider: TracerProvider | None = None
    _exporter: FlushLimitedExporter | None = None

    @classmethod
    def off(cls) -> Self:
        return cls(tracer=NoOpTracer())

    @classmethod
    def of(
        cls,
        settings: TracingSettings,
        *,
        role: str,
        chance: Callable[[], float],
        exporter: SpanExporter | None = None,
    ) -> Self:
        """An ``exporter`` given here, for tests, receives every span as soon as it ends."""
        if not settings.enabled:
            return cls.off()
        configured = None if exporter else _configured_exporter(settings)
        provider = TracerProvider(
            sampler=_sampler(settings, is_exported=bool(exporter or configured)),
            resource=_resource(settings, role),
            span_limits=SpanLimits(
                max_span_attributes=ATTRIBUTES_MAX,
                max_attribute_length=VALUE_LENGTH_MAX,
                max_links=LINKS_MAX,
            ),
            shutdown_on_exit=False,
        )
        if processor := _processor(settings, exporter or configured, is_at_once=bool(exporter)):
            provider.add_span_processor(processor)
        tracer = provider.get_tracer("stack")
        return cls(
            tracer=tracer,
            requests=RequestSpans(tracer, settings.sample_ratio, chance, settings.baggage_keys),
            observers=(UseCaseSpans(tracer),),
            propagate_to=settings.propagate_to,
            provider=provider,
            exporter=configured,
        )

    @property
    def is_on(self) -> bool:
        return self._provider is not None

    async def close(self) -> None:
        """Export the queued spans within ``flush_s`` seconds; the rest is dropped."""
        if self._exporter:
            self._exporter.begin_flush()
        if self._provider:
            await asyncio.to_thread(self._provider.shutdown)


def _configured_exporter(settings: TracingSettings) -> FlushLimitedExporter | None:
    exporter = exporter_to(
        settings.exporter, endpoint=settings.endpoint, timeout_s=settings.export_timeout_s
    )
    return FlushLimitedExporter(exporter, flush_s=settings.flush_s) if exporter else None


def _sampler(settings: TracingSettings, *, is_exported: bool) -> Sampler:
    if not is_exported:
        return ALWAYS_OFF
    return ParentBased(TraceIdRatioBased(settings.sample_ratio))


def _resource(settings: TracingSettings, role: str) -> Resource:
    return Resource.create(
        {
            service.SERVICE_NAME: settings.service_name,
            service.SERVICE_VERSION: _version(),
            ROLE: role,
        }
    )


def _version() -> str:
    """The version of the distribution; ``unknown`` in an image that contains only its files."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"


def _processor(
    settings: TracingSettings, exporter: SpanExporter | None, *, is_at_once: bool
) -> SpanProcessor | None:
    if exporter is None:
        return None
    if is_at_once:
        return SimpleSpanProcessor(exporter)
    return BatchSpanProcessor(
        exporter,
        max_queue_size=settings.queue_max,
        max_export_batch_size=settings.batch_max,
        schedule_delay_millis=settings.export_every_s * 1000,
    )
