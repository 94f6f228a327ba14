"""Limits by count, such as the most API keys of an investor. They are judged in the commit."""

from __future__ import annotations

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId
from domain.processes.decision import Process


class CountExceeded(DomainError):
    """There are already as many as allowed."""

    code = "ERR_7012"
    slug = "count-exceeded"
    kind = Kind.CONFLICT


@attrs.frozen(kw_only=True)
class CountLimit:
    """An investor may have at most ``most`` processes of a kind in one stage."""

    investor_id: InvestorId
    kind: type[Process]
    stage: str
    most: int
