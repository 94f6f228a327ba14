"""The tokens of the sandbox: on each chain USDC, the gas token, and on some EURC and a collectible."""

from __future__ import annotations

from typing import Any

import attrs

from sandbox.chain import address_key
from sandbox.circle.blockchains import (
    BLOCKCHAINS,
    EURC,
    Blockchain,
    invented_token_id,
    native_token_id,
)
from sandbox.circle.errors import CircleRefusal, Why

CREATED = "2023-06-29T02:37:14Z"
DOLLAR_DECIMALS = 6
COLLECTIBLE = "ERC1155"
COLLECTIBLE_MARK = "#"  # between the token and the number of one of its collectibles
COLLECTIBLE_ADDRESS = "0xc011ec7ab1e5c011ec7ab1e5c011ec7ab1e50000"
EVM_GAS_DECIMALS = 18
OTHER_GAS_DECIMALS = 9


@attrs.frozen(kw_only=True)
class Token:
    """A token on one chain; a native one has no address."""

    id: str
    blockchain: str
    symbol: str
    name: str
    decimals: int
    standard: str | None
    address: str | None

    @property
    def is_native(self) -> bool:
        return self.standard is None

    @property
    def is_usdc(self) -> bool:
        """Whether the chain counts it as USDC; it does so for Arc's gas token."""
        return self.symbol == "USDC"

    def asset(self, nft_token_id: str = "") -> str:
        """The asset's name in the chain's books."""
        return f"{self.id}{COLLECTIBLE_MARK}{nft_token_id}" if nft_token_id else self.id

    @property
    def is_collectible(self) -> bool:
        return self.standard == COLLECTIBLE

    def view(self) -> dict[str, Any]:
        optional = {"tokenAddress": self.address, "standard": self.standard}
        return {
            "id": self.id,
            "blockchain": self.blockchain,
            "name": self.name,
            "symbol": self.symbol,
            "decimals": self.decimals,
            "isNative": self.is_native,
            "createDate": CREATED,
            "updateDate": CREATED,
            **{name: value for name, value in optional.items() if value},
        }


def _usdc(chain: Blockchain, token_id: str) -> Token:
    return Token(
        id=token_id,
        blockchain=chain.code,
        symbol="USDC",
        name="USD Coin" if not chain.is_testnet else "USDC",
        decimals=DOLLAR_DECIMALS,
        standard="ERC20" if chain.is_evm else "Fungible",
        address=chain.usdc_address,
    )


def _native(chain: Blockchain) -> Token:
    return Token(
        id=native_token_id(chain.code),
        blockchain=chain.code,
        symbol=chain.gas_symbol,
        name=f"{chain.gas_symbol} ({chain.code})",
        decimals=EVM_GAS_DECIMALS if chain.is_evm else OTHER_GAS_DECIMALS,
        standard=None,
        address=None,
    )


def _eurc(chain: Blockchain, address: str) -> Token:
    return Token(
        id=invented_token_id("eurc", chain.code),
        blockchain=chain.code,
        symbol="EURC",
        name="EURC",
        decimals=DOLLAR_DECIMALS,
        standard="ERC20" if chain.is_evm else "Fungible",
        address=address,
    )


def _collectible(chain: Blockchain) -> Token:
    return Token(
        id=invented_token_id("collectible", chain.code),
        blockchain=chain.code,
        symbol="KEEP",
        name="Sandbox keepsakes",
        decimals=0,
        standard=COLLECTIBLE,
        address=COLLECTIBLE_ADDRESS,
    )


USDC_TOKENS = {
    chain.code: _usdc(chain, chain.usdc_id) for chain in BLOCKCHAINS.values() if chain.usdc_id
}
NATIVE_TOKENS = {chain.code: _native(chain) for chain in BLOCKCHAINS.values()}
EURC_TOKENS = {code: _eurc(BLOCKCHAINS[code], address) for code, address in EURC.items()}
COLLECTIBLES = {
    chain.code: _collectible(chain)
    for chain in BLOCKCHAINS.values()
    if chain.is_evm and not chain.is_for_signing_only
}
_KINDS = (USDC_TOKENS, NATIVE_TOKENS, EURC_TOKENS, COLLECTIBLES)
_BY_ID = {token.id: token for kind in _KINDS for token in kind.values()}


def tokens_of(blockchain: str) -> list[Token]:
    """All tokens of a chain, USDC first."""
    return [kind[blockchain] for kind in _KINDS if blockchain in kind]


def token_by_id(token_id: str) -> Token:
    if token_id not in _BY_ID:
        raise CircleRefusal(Why.TOKEN_NOT_FOUND)
    return _BY_ID[token_id]


def token_by_address(blockchain: str, address: str) -> Token:
    """The token at the address; the empty address is the native token. Raises 155239."""
    if not address:
        return NATIVE_TOKENS[blockchain]
    for token in tokens_of(blockchain):
        if token.address and address_key(token.address) == address_key(address):
            return token
    raise CircleRefusal(Why.TOKEN_ADDRESS_INVALID)
