"""
Logs on standard error: one JSON object per line, or text on a developer's terminal.

Standard output has a command's result alone. A line carries the values bound to the task, such as the id
of the request or job, and the ids of the current trace and span.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from opentelemetry import trace

from adapters.system.log_format import LogSettings, renderers
from adapters.system.redaction import redact

_JSON = LogSettings(format="json")


def configure(*, level: str = "INFO", settings: LogSettings = _JSON) -> None:
    """Send structlog and the standard library's loggers through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        in_trace,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    ours, libraries = renderers(settings, sys.stderr)
    structlog.configure(
        processors=[*shared, ours],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=libraries)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def in_trace(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: adds the ids of the current span, if there is one."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        line["trace_id"] = trace.format_trace_id(span.trace_id)
        line["span_id"] = trace.format_span_id(span.span_id)
    return line
