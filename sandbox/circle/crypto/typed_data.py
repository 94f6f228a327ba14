"""The hash of structured data that an EVM wallet signs (EIP-712), and that of a message (EIP-191)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from sandbox.circle.crypto.keccak import keccak256

DEPTH_MAX = 16
WORD = 32
DOMAIN = "EIP712Domain"
_ARRAY = re.compile(r"(.+)\[([0-9]*)\]")
_NUMBER = re.compile(r"(u?int)([0-9]{0,3})")
_BYTES = re.compile(r"bytes([0-9]{1,2})")


class NotTypedData(ValueError):
    """The document does not match its types."""


def message_digest(message: bytes) -> bytes:
    prefix = f"\x19Ethereum Signed Message:\n{len(message)}".encode()
    return keccak256(prefix + message)


def typed_data_digest(document: Any) -> bytes:
    """Raises ``NotTypedData``."""
    try:
        typed = TypedData(document["types"])
        domain = typed.hash(DOMAIN, document["domain"])
        if document["primaryType"] == DOMAIN:
            return keccak256(b"\x19\x01" + domain)
        return keccak256(
            b"\x19\x01" + domain + typed.hash(document["primaryType"], document["message"])
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise NotTypedData(str(error)) from error


@attrs.frozen
class TypedData:
    """The types of a document, each a list of named and typed fields."""

    types: Mapping[str, Any]

    def hash(self, name: str, value: Mapping[str, Any], *, depth: int = 0) -> bytes:
        if depth > DEPTH_MAX:
            raise NotTypedData("nested too deeply")
        fields = self.types[name]
        words = [self._word(each["type"], value[each["name"]], depth=depth) for each in fields]
        return keccak256(keccak256(self._signature(name).encode()) + b"".join(words))

    def _signature(self, name: str) -> str:
        """The type and, sorted by name, the types that it refers to."""
        others = sorted(self._used(name, frozenset()) - {name})
        return "".join(self._line(each) for each in (name, *others))

    def _line(self, name: str) -> str:
        fields = ",".join(f"{field['type']} {field['name']}" for field in self.types[name])
        return f"{name}({fields})"

    def _used(self, name: str, seen: frozenset[str]) -> frozenset[str]:
        if name in seen or name not in self.types:
            return seen
        seen |= {name}
        for field in self.types[name]:
            seen = self._used(field["type"].partition("[")[0], seen)
        return seen

    def _word(self, kind: str, value: Any, *, depth: int) -> bytes:
        array = _ARRAY.fullmatch(kind)
        if array:
            if array[2] and len(value) != int(array[2]):
                raise NotTypedData(f"{kind} has another length")
            return keccak256(
                b"".join(self._word(array[1], each, depth=depth + 1) for each in value)
            )
        if kind in self.types:
            return self.hash(kind, value, depth=depth + 1)
        return _atom(kind, value)


def _atom(kind: str, value: Any) -> bytes:
    match kind:
        case "string":
            return keccak256(value.encode())
        case "bytes":
            return keccak256(_raw(value))
        case "bool":
            return int(_flag(value)).to_bytes(WORD, "big")
        case "address":
            return _sized(_raw(value), 20).rjust(WORD, b"\0")
    if number := _NUMBER.fullmatch(kind):
        return _number(value, bits=int(number[2] or 256), signed=number[1] == "int")
    if fixed := _BYTES.fullmatch(kind):
        return _sized(_raw(value), int(fixed[1])).ljust(WORD, b"\0")
    raise NotTypedData(f"{kind} is not a type")


def _raw(value: str) -> bytes:
    if not value.startswith("0x"):
        raise NotTypedData("bytes are written in hexadecimal")
    return bytes.fromhex(value[2:])


def _sized(content: bytes, length: int) -> bytes:
    if len(content) != length:
        raise NotTypedData(f"not {length} bytes")
    return content


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotTypedData("not a boolean")
    return value


def _number(value: Any, *, bits: int, signed: bool) -> bytes:
    """A number, also as a string, in the range of its type."""
    parsed = int(value, 0) if isinstance(value, str) else int(value)
    parsed.to_bytes(bits // 8, "big", signed=signed)
    return parsed.to_bytes(WORD, "big", signed=signed)
