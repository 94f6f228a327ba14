"""Circle's address and our credentials there."""

from __future__ import annotations

import re

import attrs

PROVIDER = "circle"


@attrs.frozen(kw_only=True)
class CircleSettings:
    """
    Settings of one Circle account.

    ``entity_secret`` is 32 bytes in hexadecimal (circle.md §2). API keys for testnets start with
    ``TEST_API_KEY`` and work nowhere else; ``testnet`` must match the key. Without ``wallet_set_id``,
    the set named ``wallet_set_name`` is used, and created when missing. ``screening`` needs Circle's
    Compliance Engine, which Circle enables for an account on request.
    """

    api_key: str = attrs.field(repr=False)
    entity_secret: str = attrs.field(
        repr=False, validator=attrs.validators.matches_re(re.compile(r"[0-9a-fA-F]{64}"))
    )
    base_url: str = "https://api.circle.com"
    testnet: bool = True
    wallet_set_id: str | None = None
    wallet_set_name: str = "investing"
    fee_level: str = "MEDIUM"
    screening: bool = True
