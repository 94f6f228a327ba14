"""The headers that carry a webhook's signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ports.inbound import UnsignedMessage


def signatures_in(headers: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """
    The headers with these lower-case ``names``, and no others.

    Raises ``UnsignedMessage`` when one is missing or occurs twice: then two readers could disagree about
    which of the two was verified.
    """
    given = [(name.lower(), value) for name, value in headers.items()]
    found = [(name, value) for name, value in given if name in names]
    if sorted(name for name, _ in found) != sorted(names):
        raise UnsignedMessage(f"each of {', '.join(names)} is required exactly once")
    return dict(found)
