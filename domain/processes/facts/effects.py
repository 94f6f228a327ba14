"""What becomes of any instruction or deadline, whatever process it belongs to."""

from __future__ import annotations

import attrs

from domain.ids import Reference


@attrs.frozen(kw_only=True)
class EffectRefused:
    """The provider said no to an effect: it has not happened and will not under this reference."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class EffectLapsed:
    """The effect was not tried in time and must not be tried now."""

    reference: Reference


@attrs.frozen(kw_only=True)
class EffectUnknown:
    """Neither tries nor look-ups could tell whether the effect happened; a person must."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class LedgerRefused:
    """Something that has happened cannot be booked as it should be; a person must see to it."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class DeadlinePassed:
    """The process has waited in ``stage`` as long as it may."""

    stage: str


@attrs.frozen(kw_only=True)
class ProcessOpened:
    """The process began: a request of the investor or of the house."""
