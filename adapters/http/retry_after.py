"""
How long a provider asks us to wait, from its ``Retry-After`` (RFC 9110, 10.2.3).

The number is another's, so it is read in every form and clamped here, where it is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import structlog

WAIT_MAX_S = 3600.0

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?")

_log = structlog.get_logger()


def read(headers: Mapping[str, str]) -> float | None:
    """
    Seconds from 0 to ``WAIT_MAX_S``; ``None`` without the header, or if it has no known form.

    A date counts from the provider's own ``Date``, so that our clock does not matter; without that header
    it is not understood.
    """
    text = headers.get("Retry-After", "").strip()
    asked_s = float(text) if _NUMBER.fullmatch(text) else _until(text, headers.get("Date", ""))
    if asked_s is None or math.isnan(asked_s):
        return None
    if asked_s > WAIT_MAX_S:
        _log.warning("provider.wait_clamped", asked=text[:40], waits_s=WAIT_MAX_S)
    return min(max(asked_s, 0.0), WAIT_MAX_S)


def _until(text: str, date: str) -> float | None:
    then, now = _moment(text), _moment(date)
    return None if then is None or now is None else (then - now).total_seconds()


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    # The form of asctime names no zone: it is in UTC, as every HTTP-date.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
