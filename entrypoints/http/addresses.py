"""The check sum that an EVM address can carry in its capitals (EIP-55)."""

from __future__ import annotations

import re

from Crypto.Hash import keccak

from domain.wallets.chain import InvalidAddress

_HEX = re.compile(r"0x([0-9a-fA-F]{40})")
_CAPITAL_FROM = 8


def require_checksum(address: str, *, field: str) -> None:
    """
    Refuse an EVM address with a letter mistyped. Raises ``InvalidAddress``.

    All small or all capital letters are an address without a check sum, which is taken as it is. What is
    no EVM address is for the domain to judge, and so is an EVM address on another chain.
    """
    found = _HEX.fullmatch(address)
    if found is None or found[1] in {found[1].lower(), found[1].upper()}:
        return
    if found[1] != _with_checksum(found[1].lower()):
        raise InvalidAddress("the capitals of the address are not its check sum", field=field)


def _with_checksum(digits: str) -> str:
    """A letter is a capital where the hash of the small ones has a digit of 8 or more."""
    hashed = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    pairs = zip(digits, hashed, strict=False)
    return "".join(d.upper() if int(h, 16) >= _CAPITAL_FROM else d for d, h in pairs)
