"""Solana's encoding of bytes."""

from __future__ import annotations

from sandbox.chain import BASE58


def base58(content: bytes) -> str:
    number, digits = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return BASE58[0] * zeros + digits
