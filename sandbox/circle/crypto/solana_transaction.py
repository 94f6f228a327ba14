"""A Solana transaction: the positions of its signatures, and their keys."""

from __future__ import annotations

from sandbox.circle.crypto.edwards_key import EdwardsKey

SIGNATURE_BYTES = 64
KEY_BYTES = 32
HEADER_BYTES = 3
VERSIONED = 0x80
LENGTH_BYTES_MAX = 3


class NotATransaction(ValueError):
    """The bytes are not a transaction."""


class NotASigner(Exception):
    """The transaction does not need this key's signature."""


def sign(content: bytes, key: EdwardsKey) -> tuple[bytes, bytes]:
    """The signature, and the transaction with it. Raises ``NotATransaction`` or ``NotASigner``."""
    count, start = _length(content)
    end = start + count * SIGNATURE_BYTES
    message = content[end:]
    signers = _signers(message)
    if len(signers) != count:
        raise NotATransaction("the number of signatures is not that of the signers")
    if key.public not in signers:
        raise NotASigner
    at = start + signers.index(key.public) * SIGNATURE_BYTES
    signature = key.sign(message)
    return signature, content[:at] + signature + content[at + SIGNATURE_BYTES :]


def _signers(message: bytes) -> list[bytes]:
    """The keys that must sign: the first ones of the message."""
    body = message[1:] if message and message[0] & VERSIONED else message
    if len(body) <= HEADER_BYTES:
        raise NotATransaction("the message is too short")
    keys, start = _length(body[HEADER_BYTES:])
    table = body[HEADER_BYTES + start :]
    if not body[0] <= keys or len(table) < keys * KEY_BYTES:
        raise NotATransaction("the keys are cut off")
    return [table[at * KEY_BYTES : (at + 1) * KEY_BYTES] for at in range(body[0])]


def _length(content: bytes) -> tuple[int, int]:
    """A number in groups of 7 bits, and its length in bytes."""
    value = 0
    for index, byte in enumerate(content[:LENGTH_BYTES_MAX]):
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return value, index + 1
    raise NotATransaction("a length is cut off")
