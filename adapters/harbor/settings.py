"""Where Harbor is, who we are there, and which bank account its dollars go to."""

from __future__ import annotations

import attrs
from attrs import validators

PROVIDER = "harbor"


@attrs.frozen(kw_only=True)
class HarborSettings:
    """
    ``webhook_secret`` is what Harbor signs with; without it, every webhook is refused.

    ``routing_number`` and ``account_number`` are the firm's account at the broker. A webhook is fresh for
    ``tolerance_s`` seconds before and after the time it is signed for.
    """

    api_key: str = attrs.field(default="", repr=False)
    webhook_secret: str = attrs.field(default="", repr=False)
    base_url: str = "https://api.sandbox.harbor.example"
    routing_number: str = "121000358"
    account_number: str = "900000000001"
    tolerance_s: int = attrs.field(default=300, validator=[validators.ge(1), validators.le(3600)])
