"""What an address on Solana can be: a public key, or an account of a program, which has no key."""

from __future__ import annotations

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
KEY_BYTES = 32

MINTS = frozenset(
    {
        "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",  # USDC
        "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU",  # USDC on devnet
        "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB",  # USDT
        "So11111111111111111111111111111111111111112",  # wrapped SOL
    }
)
PROGRAMS = frozenset(
    {
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
        "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
        "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
        "Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo",
    }
)
NATIVE = "1" * 8
"""Programs and variables of the chain are named, and filled up with ones: ``Stake1111…``."""

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SIGN = 1 << 255


def key_of(address: str) -> bytes | None:
    """The 32 bytes that the address encodes; ``None`` for a text that encodes another number of bytes."""
    value = 0
    for digit in address:
        value = value * len(BASE58) + BASE58.index(digit)
    zeros = len(address) - len(address.lstrip("1"))
    length = zeros + (value.bit_length() + 7) // 8
    return value.to_bytes(KEY_BYTES, "big") if length == KEY_BYTES else None


def is_program(address: str) -> bool:
    is_native = address.endswith(NATIVE) or address.startswith((NATIVE, "Sysvar"))
    return is_native or address in PROGRAMS


def is_derived(address: str) -> bool:
    """Whether no key exists for the address: the bytes are no point of the curve ed25519 (RFC 8032)."""
    key = key_of(address)
    if key is None:
        return True
    y = (int.from_bytes(key, "little") % _SIGN) % _P
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    ratio = u * pow(v, -1, _P) % _P
    return ratio != 0 and pow(ratio, (_P - 1) // 2, _P) != 1
