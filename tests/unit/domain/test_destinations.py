"""Addresses that can be no one's wallet are refused, with what they are instead."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.wallets import solana
from domain.wallets.chain import Chain, InvalidAddress
from domain.wallets.destinations import EVM_TOKENS, require_destination

SYSTEM, CONTRACT, LOST = "system address", "system contract", "lost"


def base58(content: bytes) -> str:
    number, digits = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = solana.BASE58[digit] + digits
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + digits


def on_curve() -> str:
    return base58(Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def off_curve() -> str:
    """Half of all numbers are no point of the curve."""
    start = int.from_bytes(bytes.fromhex("5a" * 32), "little")
    found = (base58((start + n).to_bytes(32, "little")) for n in range(200))
    return next(address for address in found if solana.is_derived(address))


@pytest.mark.situation(
    "an address is well formed and cannot be a wallet",
    must="refused with the name of the field and what it is instead",
)
@pytest.mark.parametrize("chain", [chain for chain in Chain if chain.is_evm])
@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"0x{0:040x}", LOST),
        (f"0x{1:040x}", SYSTEM),
        (f"0x{0x1010:040x}", SYSTEM),
        (f"0x{0xDEAD:040x}", SYSTEM),
        (f"0x{'dEaD' * 10}", LOST),
        (f"0x{'E' * 40}", LOST),
        (f"0x{'f' * 40}", LOST),
        ("0x4200000000000000000000000000000000000006", CONTRACT),
        ("0x0200000000000000000000000000000000000001", CONTRACT),
        *((address, "token") for address in sorted(EVM_TOKENS)),
        ("0x41E94Eb019C0762f9Bfcf9Fb1E58725BfB0e7582", "token"),
    ],
)
def test_on_evm_chains(chain: Chain, address: str, said: str) -> None:
    with pytest.raises(InvalidAddress, match=said) as refused:
        require_destination(chain, address, field="address")
    assert refused.value.field == "address"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("1" * 32, LOST),
        ("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "program"),
        ("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL", "program"),
        ("Stake11111111111111111111111111111111111111", "program"),
        ("SysvarC1ock11111111111111111111111111111111", "program"),
        ("SysvarRent111111111111111111111111111111111", "program"),
        ("1nc1nerator11111111111111111111111111111111", "program"),
        ("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "token"),
        ("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU", "token"),
        ("So11111111111111111111111111111111111111112", "token"),
        (off_curve(), "token account"),
    ],
)
def test_on_solana(address: str, said: str) -> None:
    with pytest.raises(InvalidAddress, match=said):
        require_destination(Chain.SOLANA, address, field="address")


@pytest.mark.parametrize("_", range(20))
def test_every_key_is_a_wallet(_: int) -> None:
    address = on_curve()
    assert require_destination(Chain.SOLANA, address, field="address") == address


def test_an_ordinary_address_is_a_wallet() -> None:
    address = "0x7a5f0d6c0e5d3c4b609a346ab7f6a1c0019f0d6c"
    assert require_destination(Chain.POLYGON, address, field="address") == address
