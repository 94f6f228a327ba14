"""The query parameters that routes take, as a reader of the API sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from entrypoints.http.paging import LIMIT_DEFAULT, LIMIT_MAX


@attrs.frozen(kw_only=True)
class Query:
    """``form`` is the JSON schema of its value."""

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
    summary="The `next_cursor` of the page before.",
    form={"type": "string"},
)
SEARCH = Query(
    name="search",
    summary="Keeps what begins so, or has it in its name.",
    form={"type": "string"},
)
BASKET_ORDER = Query(
    name="basket_order",
    summary="Lists the orders of this basket order instead.",
    form={"type": "string", "format": "uuid"},
)
PAGING = (LIMIT, CURSOR)
