"""The keys of push relays, and how old their messages may be."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs
from attrs import validators

SECRET_LENGTH_MIN = 32
KEY_ID = re.compile(r"[a-z0-9_-]{1,64}")


@attrs.frozen(kw_only=True)
class RelaySettings:
    """
    ``keys`` are the secrets by key id; without any, every message is rejected.

    To rotate a key, add the new one here, then switch the relay to it, then remove the old one. A message
    is accepted up to ``tolerance_s`` seconds before or after the time in its signature.
    """

    keys: Mapping[str, str] = attrs.field(
        factory=dict,
        repr=False,
        validator=validators.deep_mapping(
            key_validator=validators.matches_re(KEY_ID),
            value_validator=validators.min_len(SECRET_LENGTH_MIN),
        ),
    )
    tolerance_s: int = attrs.field(default=300, validator=[validators.ge(1), validators.le(3600)])
