"""The format of log lines: JSON for programs, text for a developer's terminal."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import attrs
import orjson
import structlog
from structlog.typing import Processor


@attrs.frozen(kw_only=True)
class LogSettings:
    """``auto`` means ``console`` on a terminal and ``json`` elsewhere."""

    format: Literal["auto", "json", "console"] = "json"

    def is_text_on(self, stream: TextIO) -> bool:
        return self.format == "console" or (self.format == "auto" and stream.isatty())


def renderers(settings: LogSettings, stream: TextIO) -> tuple[Processor, Processor]:
    """The last processors: the one of our lines returns bytes, that of the libraries' lines text."""
    if not settings.is_text_on(stream):
        ours = structlog.processors.JSONRenderer(serializer=orjson.dumps)
        return ours, structlog.processors.JSONRenderer()
    # The exception is already redacted text, without local variables.
    text = structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )

    def encoded(logger: Any, method: str, line: MutableMapping[str, Any]) -> bytes:
        return text(logger, method, line).encode()

    return encoded, text
