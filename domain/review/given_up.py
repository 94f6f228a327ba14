"""What is known of an effect that is no longer attempted."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from domain.ids import Reference


@attrs.frozen(kw_only=True)
class GivenUp:
    """
    The effect ``reference`` will not be attempted again.

    With ``has_failed`` it has certainly not happened; otherwise its outcome is unknown.
    """

    reference: Reference
    has_failed: bool


def is_given_up(known: Iterable[GivenUp], ref: Reference) -> bool:
    return any(each.reference == ref for each in known)


def has_failed(known: Iterable[GivenUp], ref: Reference) -> bool:
    """Whether the effect certainly has not happened and will not happen."""
    return any(each.reference == ref and each.has_failed for each in known)


def noted(
    known: tuple[GivenUp, ...], ref: Reference | None, *, has_failed: bool
) -> tuple[GivenUp, ...]:
    """``known`` with the new information on ``ref``; a certain failure is never replaced."""
    if ref is None or any(e.reference == ref and (e.has_failed or not has_failed) for e in known):
        return known
    others = tuple(each for each in known if each.reference != ref)
    return (*others, GivenUp(reference=ref, has_failed=has_failed))
