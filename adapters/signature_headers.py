"""The headers with which the sender of a webhook proves who it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ports.inbound import UnsignedMessage


def signatures_in(headers: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """
    The headers of these lower-case ``names``, without whatever else came along.

    Raises ``UnsignedMessage`` for one that is missing, or given twice: then two readers could disagree
    about which of the two was verified.
    """
    given = [(name.lower(), value) for name, value in headers.items()]
    found = [(name, value) for name, value in given if name in names]
    if sorted(name for name, _ in found) != sorted(names):
        raise UnsignedMessage(f"each of {', '.join(names)} is needed exactly once")
    return dict(found)
