"""What a provider certainly says about an effect, although the books say otherwise."""

from __future__ import annotations

import attrs

from domain.funding.conversion import Settlement
from domain.ids import Reference


@attrs.frozen(kw_only=True)
class Contradiction:
    """
    One such report. ``said`` is the stored kind of the fact, ``settlement`` that of a settled conversion.

    ``resolved`` once people have dealt with it; it is kept, so that a repetition is known as one.
    """

    said: str
    reference: Reference
    provider_id: str | None = None
    settlement: Settlement | None = None
    resolved: bool = False

    def is_of(self, other: Contradiction) -> bool:
        """Whether both are the same report."""
        return attrs.evolve(self, resolved=other.resolved) == other
