"""The chains that Circle knows, with USDC and the gas token on each (circle.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

import attrs

from sandbox.chain import is_evm


@attrs.frozen(kw_only=True)
class Blockchain:
    """A chain by Circle's code. ``usdc_id`` is None where Circle publishes no USDC token."""

    code: str
    gas_symbol: str
    usdc_id: str | None
    usdc_address: str | None

    @property
    def is_testnet(self) -> bool:
        return "-" in self.code

    @property
    def is_evm(self) -> bool:
        return is_evm(self.code)

    @property
    def is_for_signing_only(self) -> bool:
        """A chain-agnostic wallet, or one whose transactions Circle does not send (§4, §5)."""
        return self.code.startswith(("EVM", "NEAR"))

    @property
    def pays_gas_in_usdc(self) -> bool:
        return self.gas_symbol == "USDC"

    @property
    def allows_smart_accounts(self) -> bool:
        return self.is_evm and not self.code.startswith("EVM")


GAS_SYMBOLS = {
    "ETH": "ETH",
    "ETH-SEPOLIA": "ETH",
    "AVAX": "AVAX",
    "AVAX-FUJI": "AVAX",
    "MATIC": "POL",
    "MATIC-AMOY": "POL",
    "SOL": "SOL",
    "SOL-DEVNET": "SOL",
    "ARB": "ETH",
    "ARB-SEPOLIA": "ETH",
    "NEAR": "NEAR",
    "NEAR-TESTNET": "NEAR",
    "EVM": "ETH",
    "EVM-TESTNET": "ETH",
    "UNI": "ETH",
    "UNI-SEPOLIA": "ETH",
    "BASE": "ETH",
    "BASE-SEPOLIA": "ETH",
    "OP": "ETH",
    "OP-SEPOLIA": "ETH",
    "APTOS": "APT",
    "APTOS-TESTNET": "APT",
    "ARC": "USDC",
    "ARC-TESTNET": "USDC",
    "MONAD": "MON",
    "MONAD-TESTNET": "MON",
}
USDC = {
    "ETH": ("b037d751-fb22-5f0d-bae6-47373e7ae3e3", "0xA0b86991c6218b36c1D19D4a2e9Eb0cE3606eB48"),
    "ETH-SEPOLIA": (
        "5797fbd6-3795-519d-84ca-ec4c5f80c3b1",
        "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238",
    ),
    "AVAX": ("7efdfdbf-1799-5089-a588-31beb97ba755", "0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E"),
    "AVAX-FUJI": (
        "ff47a560-9795-5b7c-adfc-8f47dad9e06a",
        "0x5425890298aed601595a70ab815c96711a31bc65",
    ),
    "MATIC": ("db6905b9-8bcd-5537-8b08-f5548bdf7925", "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359"),
    "MATIC-AMOY": (
        "36b6931a-873a-56a8-8a27-b706b17104ee",
        "0x41e94eb019c0762f9bfcf9fb1e58725bfb0e7582",
    ),
    "SOL": ("33ca4ef6-2500-5d79-82bf-e3036139cc29", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
    "SOL-DEVNET": (
        "8fb3cadb-0ef4-573d-8fcd-e194f961c728",
        "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU",
    ),
    "ARB": ("c87ffcb4-e2cf-5e67-84c6-388c965d2a66", "0xaf88d065e77c8cC2239327C5EDb3A432268e5831"),
    "ARB-SEPOLIA": (
        "4b8daacc-5f47-5909-a3ba-30d171ebad98",
        "0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d",
    ),
    "UNI-SEPOLIA": ("13ef30cd-309b-5c41-98cc-0fd68c4c8c44", None),
    "BASE": ("aa7bb533-aeb8-535c-bd65-354aed91ea3d", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"),
    "BASE-SEPOLIA": (
        "bdf128b4-827b-5267-8f9e-243694989b5f",
        "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
    ),
    "OP": ("63ca9c9c-2f6d-594f-9070-ff2a4042be3a", "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85"),
    "OP-SEPOLIA": (
        "20749a68-e55b-57d3-8359-195543efc2d4",
        "0x5fd84259d66Cd46123540766Be93DFE6D43130D7",
    ),
    "ARC-TESTNET": ("15dc2b5d-0994-58b0-bf8c-3a0501148ee8", None),
}

# guess: the ids of the euro token, and its current addresses.
EURC = {
    "ETH-SEPOLIA": "0x08210F9170F89Ab7658F0B5E3fF39b0E03C594D4",
    "AVAX-FUJI": "0x5E44db7996c682E92a960b65AC713a54AD815c6B",
    "BASE-SEPOLIA": "0x808456652fdb597867f38412077A9182bf77359F",
    "SOL-DEVNET": "HzwqbKZw8HxMN6bF2yFZNrht3c2iXXzpKcFu7uBEDKtr",
}


def _blockchain(code: str) -> Blockchain:
    usdc_id, usdc_address = USDC.get(code, (None, None))
    return Blockchain(
        code=code, gas_symbol=GAS_SYMBOLS[code], usdc_id=usdc_id, usdc_address=usdc_address
    )


BLOCKCHAINS: Mapping[str, Blockchain] = {code: _blockchain(code) for code in GAS_SYMBOLS}


def native_token_id(blockchain: str) -> str:
    """guess: only POL's id on MATIC-AMOY is known; the others are made up and stable."""
    if blockchain == "MATIC-AMOY":
        return "0c8f8485-f74f-5e28-80f2-3cc4e80ef71c"
    return invented_token_id("native", blockchain)


def invented_token_id(kind: str, blockchain: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"sandbox:circle:{kind}:{blockchain}"))
