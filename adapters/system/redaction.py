"""
The last safeguard of the logs.

Nothing secret or personal is logged on purpose. If something slips through, in a library's error message
or under a telling name, it is removed before the line is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

REDACTED = "[redacted]"
DEPTH_MAX = 4

_NAMES = frozenset(
    {
        "api_key",
        "authorization",
        "body",
        "city",
        "cookie",
        "date_of_birth",
        "email",
        "entity_secret",
        "family_name",
        "given_name",
        "headers",
        "passcode",
        "password",
        "phone",
        "postal_code",
        "secret",
        "ssn",
        "street",
        "street_address",
        "tax_id",
        "token",
    }
)
_SUFFIXES = ("_key", "_password", "_secret", "_token")
_TEXTS = re.compile(
    r"""
      [\w.+-]+@[\w-]+\.[\w.-]+                                      # an e-mail address
    | \beyJ[\w-]+\.[\w-]+\.[\w-]+                                   # a JWT
    | \bstk_[\w-]{16,}                                              # one of our API keys
    | \b(?:bearer|basic)\s+[\w.~+/=-]{6,}                           # HTTP credentials
    | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)                               # credentials in a URL
    | \b(?:TEST|LIVE)_API_KEY:\S+                                   # a Circle API key
    | \b\d{3}-\d{2}-\d{4}\b                                         # a social security number
    | (?<=DETAIL:)[^\n]+                                            # PostgreSQL quotes rows there
    | (?:passcode|password|secret|token|api_?key|tax_?id)["']?\s*[:=]\s*["']?[^\s"',}]+
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor that replaces secret and personal values by ``REDACTED``."""
    for name, value in line.items():
        hides = _is_sensitive(name) and value is not None
        line[name] = REDACTED if hides else _clean(value, DEPTH_MAX)
    return line


def _is_sensitive(name: str) -> bool:
    lowered = name.lower()
    return lowered in _NAMES or lowered.endswith(_SUFFIXES)


def _clean(value: Any, depth: int) -> Any:
    match value:
        case str():
            return _TEXTS.sub(REDACTED, value)
        case bool() | int() | float() | None:
            return value
        case Mapping() if depth:
            return {
                name: REDACTED if _is_sensitive(str(name)) else _clean(item, depth - 1)
                for name, item in value.items()
            }
        case Sequence() if depth and not isinstance(value, bytes | bytearray):
            return [_clean(item, depth - 1) for item in value]
        case _:
            return _TEXTS.sub(REDACTED, repr(value))
