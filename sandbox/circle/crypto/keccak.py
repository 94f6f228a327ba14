"""Ethereum's hash."""

from __future__ import annotations

from Crypto.Hash import keccak


def keccak256(content: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=content).digest()
