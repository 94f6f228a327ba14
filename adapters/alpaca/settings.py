"""Alpaca's addresses, our credentials, and the id of the firm's account there."""

from __future__ import annotations

from typing import Literal

import attrs

PROVIDER = "alpaca"


@attrs.frozen(kw_only=True)
class Originator:
    """Who repays what Alpaca lent to investors, in the terms of its settlements (alpaca.md §5)."""

    full_name: str = "Stack Securities LLC"
    street_address: str = "20 N San Mateo Dr"
    city: str = "San Mateo"
    state: str = "CA"
    postal_code: str = "94401"
    country: str = "USA"
    bank_name: str = "Broker Clearing Bank"
    bank_account_number: str = "900000000001"


@attrs.frozen(kw_only=True)
class AlpacaSettings:
    """
    The defaults are those of Alpaca's own sandbox (alpaca.md §1).

    ``auth`` is ``basic`` for a key and secret sent with every call, or ``oauth`` for credentials that
    are exchanged for a short-lived token at ``auth_url``. ``firm_account_id`` is the account from which
    journals and wires are paid.
    """

    key: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    firm_account_id: str
    base_url: str = "https://broker-api.sandbox.alpaca.markets"
    data_url: str = "https://data.sandbox.alpaca.markets"
    auth_url: str = "https://authx.sandbox.alpaca.markets"
    auth: Literal["basic", "oauth"] = "basic"
    originator: Originator = Originator()
