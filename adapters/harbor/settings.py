"""Harbor's address, our credentials there, and the bank account that receives its dollars."""

from __future__ import annotations

import attrs
from attrs import validators

from domain.money import USD, Money

PROVIDER = "harbor"


def _positive(_: object, attribute: attrs.Attribute[Money], value: Money) -> None:
    if not value.is_positive:
        raise ValueError(f"{attribute.name}: must be positive")


@attrs.frozen(kw_only=True)
class HarborSettings:
    """
    ``webhook_secret`` is Harbor's signing secret; without it, every webhook is rejected.

    A deposit of less than ``deposit_min``, which must be above Harbor's fee, is not converted by itself.
    ``routing_number`` and ``account_number`` are the firm's account at the broker. A webhook is accepted
    up to ``tolerance_s`` seconds before or after the time in its signature.
    """

    api_key: str = attrs.field(default="", repr=False)
    webhook_secret: str = attrs.field(default="", repr=False)
    base_url: str = "https://api.sandbox.harbor.example"
    routing_number: str = "121000358"
    account_number: str = "900000000001"
    deposit_min: Money = attrs.field(default=Money(3_00, USD), validator=_positive)
    tolerance_s: int = attrs.field(default=300, validator=[validators.ge(1), validators.le(3600)])
