"""Facts about instructions and deadlines that processes of any kind may have."""

from __future__ import annotations

import attrs

from domain.ids import Reference


@attrs.frozen(kw_only=True)
class EffectRefused:
    """
    The provider refused the effect: it did not happen and never will under this reference.

    If ``final``, the same would be refused under any reference; ``is_too_small``: because the amount is
    below what the provider moves. If ``is_temporary``, it is only too early.
    """

    reference: Reference
    reason: str
    final: bool = False
    is_too_small: bool = False
    is_temporary: bool = False


@attrs.frozen(kw_only=True)
class EffectLapsed:
    """The effect was not tried in time, and it is too late to try it."""

    reference: Reference


@attrs.frozen(kw_only=True)
class EffectUnknown:
    """Neither tries nor look-ups could tell whether the effect happened; a person must find out."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class LedgerRefused:
    """The ledger refused to post something that has happened; a person must resolve it."""

    reference: Reference
    reason: str


@attrs.frozen(kw_only=True)
class DeadlinePassed:
    """The process has been in ``stage`` for as long as it may be."""

    stage: str


@attrs.frozen(kw_only=True)
class Overdue:
    """The process has been in ``stage`` for longer than any outcome may take; a person takes over."""

    stage: str
    reason: str


@attrs.frozen(kw_only=True)
class Unattended:
    """The process is in ``stage``, and there is no job that works on it."""

    stage: str


@attrs.frozen(kw_only=True)
class ProcessOpened:
    """The process was opened, at the request of the investor or of staff."""
