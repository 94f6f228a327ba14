"""Ethereum's encoding of nested lists of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

DEPTH_MAX = 16
SHORT_MAX = 55
TEXT, LIST = 0x80, 0xC0

Item: TypeAlias = "bytes | Sequence[Item]"


class NotRlp(ValueError):
    """The bytes are not exactly one well-formed item."""


def encode(item: Item) -> bytes:
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < TEXT:
            return item
        return _head(len(item), TEXT) + item
    content = b"".join(encode(each) for each in item)
    return _head(len(content), LIST) + content


def number(value: int) -> bytes:
    """A whole number as RLP writes it, without leading zeros."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def decode(content: bytes) -> Item:
    """Raises ``NotRlp``."""
    item, rest = _decode(content, depth=0)
    if rest:
        raise NotRlp("something is left over")
    return item


def _head(length: int, kind: int) -> bytes:
    if length <= SHORT_MAX:
        return bytes([kind + length])
    size = number(length)
    return bytes([kind + SHORT_MAX + len(size)]) + size


def _decode(content: bytes, *, depth: int) -> tuple[Item, bytes]:
    if not content or depth > DEPTH_MAX:
        raise NotRlp("too short or too deep")
    if content[0] < TEXT:
        return content[:1], content[1:]
    kind = TEXT if content[0] < LIST else LIST
    body, rest = _body(content, kind)
    return (body if kind == TEXT else _items(body, depth=depth + 1)), rest


def _body(content: bytes, kind: int) -> tuple[bytes, bytes]:
    start, length = 1, content[0] - kind
    if length > SHORT_MAX:
        start += length - SHORT_MAX
        length = int.from_bytes(content[1:start], "big")
    end = start + length
    if len(content) < end:
        raise NotRlp("cut off")
    return content[start:end], content[end:]


def _items(content: bytes, *, depth: int) -> list[Item]:
    items = []
    while content:
        item, content = _decode(content, depth=depth)
        items.append(item)
    return items
