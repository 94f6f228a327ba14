"""The checksum that the capitals of an EVM address encode (EIP-55)."""

from __future__ import annotations

import re

from Crypto.Hash import keccak

from domain.wallets.chain import InvalidAddress

_HEX = re.compile(r"0x([0-9a-fA-F]{40})")
_CAPITAL_FROM = 8


def require_checksum(address: str, *, field: str) -> None:
    """
    Refuse an EVM address with a mistyped character. Raises ``InvalidAddress``.

    An address in lower case or upper case only has no checksum and is accepted. The domain checks other
    addresses, and whether an address belongs to its chain.
    """
    found = _HEX.fullmatch(address)
    if found is None or found[1] in {found[1].lower(), found[1].upper()}:
        return
    if found[1] != _with_checksum(found[1].lower()):
        raise InvalidAddress("the checksum in the address's capital letters is wrong", field=field)


def _with_checksum(digits: str) -> str:
    """A letter is upper case where the hash of the lower-case address has a digit of 8 or more."""
    hashed = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    pairs = zip(digits, hashed, strict=False)
    return "".join(d.upper() if int(h, 16) >= _CAPITAL_FROM else d for d, h in pairs)
