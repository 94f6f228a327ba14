"""Due's address, our credentials there, and the bank account that receives its dollars."""

from __future__ import annotations

import attrs

from domain.money import USD, Money

PROVIDER = "due"


def _positive(_: object, attribute: attrs.Attribute[Money], value: Money) -> None:
    if not value.is_positive:
        raise ValueError(f"{attribute.name}: must be positive")


@attrs.frozen(kw_only=True)
class FirmBank:
    """The firm's account at the broker, in the fields of Due's ``bank_us`` (due.md §5)."""

    routing_number: str = "121000358"
    account_number: str = "900000000001"
    bank_name: str = "Broker Clearing Bank"
    company_name: str = "Stack Securities LLC"
    street: str = "20 N San Mateo Dr"
    city: str = "San Mateo"
    state: str = "CA"
    postal_code: str = "94401"


@attrs.frozen(kw_only=True)
class DueSettings:
    """
    The defaults are Due's own sandbox (due.md §1). Investors are sent to ``app_url``.

    A deposit of less than ``deposit_min`` is not converted by itself. It must be above Due's fee, which is
    2.50 USD in its sample quote (due.md §7).
    """

    api_key: str = attrs.field(repr=False)
    base_url: str = "https://api.sandbox.due.network"
    app_url: str = "https://app.sandbox.due.network"
    firm: FirmBank = FirmBank()
    deposit_min: Money = attrs.field(default=Money(3_00, USD), validator=_positive)
