"""Addresses that are well formed and can be no one's wallet: what is sent there is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.wallets import solana
from domain.wallets.chain import Chain, InvalidAddress

SYSTEM_MAX = 0xFFFF
"""EVM chains keep their precompiles, and Polygon its coin, at the lowest addresses."""

SYSTEM_PREFIXES = (
    f"0x0100{'0' * 34}",  # Avalanche
    f"0x0200{'0' * 34}",
    f"0x0300{'0' * 34}",
    f"0x4200{'0' * 32}",  # Base
)
"""The beginnings of addresses that chains reserve for contracts of their own."""

BURN = frozenset(
    {
        "0xdead000000000000000042069420694206942069",
        f"0x{'dead' * 10}",
        f"0x{'e' * 40}",
        f"0x{'f' * 40}",
    }
)

EVM_TOKENS = frozenset(
    address.lower()
    for address in (
        # USDC, on the chains' main networks and test networks
        "0xA0b86991c6218b36c1D19D4a2e9Eb0cE3606eB48",
        "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
        "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
        "0xaf88d065e77c8cC2239327C5EDb3A432268e5831",
        "0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E",
        "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85",
        "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238",
        "0x41E94Eb019C0762f9Bfcf9Fb1E58725BfB0e7582",
        "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        "0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d",
        "0x5425890298aed601595a70AB815c96711a31Bc65",
        "0x5fd84259d66Cd46123540766Be93DFE6D43130D7",
        # what bridges issue as USDC, and the tokens that people copy by mistake
        "0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174",
        "0xFF970A61A04b1cA14834A43f5dE4533eBDDB5CC8",
        "0xA7D7079b0FEaD91F3e65f86E8915Cb59c1a4C664",
        "0xdAC17F958D2ee523a2206206994597C13D831ec7",
        "0x6B175474E89094C44Da98b954EedeAC495271d0F",
        "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2",
    )
)

Rule = tuple[str, Callable[[str], bool]]
"""What is wrong with an address, and whether it is, given the address in its canonical spelling."""

_EVM: Sequence[Rule] = (
    ("this is a system address of the chain", lambda address: int(address, 16) <= SYSTEM_MAX),
    (
        "this is a system contract of the chain",
        lambda address: address.startswith(SYSTEM_PREFIXES),
    ),
    ("money sent to this address would be lost", BURN.__contains__),
    ("this is the contract of a token, not a wallet", EVM_TOKENS.__contains__),
)
_SOLANA: Sequence[Rule] = (
    ("this is a program of the chain, not a wallet", solana.is_program),
    ("this is a token, not a wallet", solana.MINTS.__contains__),
    (
        "this is an account of a program, such as a token account: give the wallet",
        solana.is_derived,
    ),
)


def require_destination(chain: Chain, address: str, *, field: str) -> str:
    """The address, if a person can own it. Raises ``InvalidAddress``, which says what it is instead."""
    chain.require_address(address, field=field)
    canonical = chain.canonical(address)
    for wrong, applies in _EVM if chain.is_evm else _SOLANA:
        if applies(canonical):
            raise InvalidAddress(wrong, field=field)
    return address
