"""The query parameters of the routes, as the OpenAPI document describes them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from domain.accounts.roles import Role
from entrypoints.http.paging import LIMIT_DEFAULT, LIMIT_MAX


@attrs.frozen(kw_only=True)
class Query:
    """``form`` is the JSON schema of the value."""

    name: str
    summary: str
    form: Mapping[str, Any]


LIMIT = Query(
    name="limit",
    summary="How many items a page has at most.",
    form={"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
)
CURSOR = Query(
    name="cursor",
    summary="The `next_cursor` of the previous page.",
    form={"type": "string"},
)
SEARCH = Query(
    name="search",
    summary="Filters by the start of the symbol, or by a part of the name.",
    form={"type": "string"},
)
BASKET_ORDER = Query(
    name="basket_order",
    summary="Lists only the orders of this basket order.",
    form={"type": "string", "format": "uuid"},
)
PAGING = (LIMIT, CURSOR)


def one_of(name: str, choices: type[Enum], *, summary: str) -> Query:
    """A parameter that takes the values of ``choices``."""
    form = {"type": "string", "enum": [each.value for each in choices]}
    return Query(name=name, summary=summary, form=form)


EMAIL = Query(name="email", summary="Filters by the exact address.", form={"type": "string"})
ROLE = Query(
    name="role",
    summary="Filters staff by role.",
    form={"type": "string", "enum": [each.value for each in Role if each is not Role.USER]},
)
INVESTOR = Query(
    name="investor_id",
    summary="Filters by investor.",
    form={"type": "string", "format": "uuid"},
)
REFERENCE = Query(
    name="reference",
    summary="Filters by an id, one of our references, the custodian's id of an inbound transfer, "
    "or the hash of a transaction on chain.",
    form={"type": "string"},
)
IN_STAGE = "Filters by stage."
