"""A transaction of an EVM chain: read from JSON or from its bytes, signed, and its hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from sandbox.circle.crypto import rlp
from sandbox.circle.crypto.evm_key import EvmKey, EvmSignature
from sandbox.circle.crypto.keccak import keccak256

DYNAMIC_FEE = 2
UNSIGNED_FIELDS, SIGNED_FIELDS = 9, 12
LEGACY_FIELDS, REPLAY_PROTECTED_FIELDS = 6, 9
REPLAY_V = 35
BARE_V = 27


class NotATransaction(ValueError):
    """The text is not a transaction that can be signed."""


@attrs.frozen(kw_only=True)
class SignedTransaction:
    signature: EvmSignature
    content: bytes

    @property
    def hash(self) -> str:
        return f"0x{keccak256(self.content).hex()}"


@attrs.frozen(kw_only=True)
class EvmTransaction:
    """The fields before the signature; ``chain_id`` is None in a legacy one without protection."""

    fields: tuple[rlp.Item, ...]
    is_dynamic: bool
    chain_id: int | None

    @classmethod
    def parse(cls, text: str) -> EvmTransaction:
        """Hexadecimal bytes, unsigned or with an empty signature. Raises ``NotATransaction``."""
        try:
            content = bytes.fromhex(text.removeprefix("0x"))
            is_dynamic = content[:1] == bytes([DYNAMIC_FEE])
            fields = rlp.decode(content[is_dynamic:])
        except ValueError as error:
            raise NotATransaction(str(error)) from error
        if isinstance(fields, bytes):
            raise NotATransaction("not a list of fields")
        return cls._dynamic(tuple(fields)) if is_dynamic else cls._legacy(tuple(fields))

    @classmethod
    def _dynamic(cls, fields: tuple[rlp.Item, ...]) -> EvmTransaction:
        if len(fields) not in {UNSIGNED_FIELDS, SIGNED_FIELDS} or any(fields[UNSIGNED_FIELDS:]):
            raise NotATransaction("not an unsigned transaction of type 2")
        return cls(fields=fields[:UNSIGNED_FIELDS], is_dynamic=True, chain_id=_whole(fields[0]))

    @classmethod
    def _legacy(cls, fields: tuple[rlp.Item, ...]) -> EvmTransaction:
        if len(fields) not in {LEGACY_FIELDS, REPLAY_PROTECTED_FIELDS} or any(fields[7:]):
            raise NotATransaction("not an unsigned legacy transaction")
        chain_id = _whole(fields[6]) if len(fields) > LEGACY_FIELDS else None
        return cls(fields=fields[:LEGACY_FIELDS], is_dynamic=False, chain_id=chain_id)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> EvmTransaction:
        """A JSON object with the names of Circle's example. Raises ``NotATransaction``."""
        try:
            chain_id = _read(values["chainId"])
            rest = (_hex(values.get("to")), _text(values, "value"), _hex(values.get("data")))
            if "gasPrice" in values:
                head = tuple(_text(values, name) for name in ("nonce", "gasPrice", "gas"))
                return cls(fields=(*head, *rest), is_dynamic=False, chain_id=chain_id)
            names = ("nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas")
            head = tuple(_text(values, name) for name in names)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise NotATransaction(str(error)) from error
        fields: tuple[rlp.Item, ...] = (rlp.number(chain_id), *head, *rest, [])
        return cls(fields=fields, is_dynamic=True, chain_id=chain_id)

    def sign(self, key: EvmKey) -> SignedTransaction:
        if self.is_dynamic:
            signature = key.sign(keccak256(self._typed(self.fields)))
            content = self._typed((*self.fields, *_words(signature, signature.parity)))
            return SignedTransaction(signature=signature, content=content)
        protection = () if self.chain_id is None else (rlp.number(self.chain_id), b"", b"")
        signature = key.sign(keccak256(rlp.encode((*self.fields, *protection))))
        first = BARE_V if self.chain_id is None else REPLAY_V + 2 * self.chain_id
        content = rlp.encode((*self.fields, *_words(signature, first + signature.parity)))
        return SignedTransaction(signature=signature, content=content)

    def _typed(self, fields: tuple[rlp.Item, ...]) -> bytes:
        return bytes([DYNAMIC_FEE]) + rlp.encode(fields)


def _words(signature: EvmSignature, v: int) -> tuple[bytes, bytes, bytes]:
    return rlp.number(v), rlp.number(signature.r), rlp.number(signature.s)


def _whole(item: rlp.Item) -> int:
    if not isinstance(item, bytes):
        raise NotATransaction("a list where a number should be")
    return int.from_bytes(item, "big")


def _read(value: Any) -> int:
    return int(value, 0) if isinstance(value, str) else int(value)


def _text(values: Mapping[str, Any], name: str) -> bytes:
    return rlp.number(_read(values.get(name, 0)))


def _hex(text: str | None) -> bytes:
    return bytes.fromhex((text or "").removeprefix("0x"))
