"""The tokens of the sandbox: USDC and the gas token of each chain."""

from __future__ import annotations

from typing import Any

import attrs

from entrypoints.sandbox.chain import address_key
from entrypoints.sandbox.circle.blockchains import BLOCKCHAINS, Blockchain, native_token_id
from entrypoints.sandbox.circle.errors import CircleRefusal, Why

CREATED = "2023-06-29T02:37:14Z"
USDC_DECIMALS = 6
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
        decimals=USDC_DECIMALS,
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


USDC_TOKENS = {
    chain.code: _usdc(chain, chain.usdc_id) for chain in BLOCKCHAINS.values() if chain.usdc_id
}
NATIVE_TOKENS = {chain.code: _native(chain) for chain in BLOCKCHAINS.values()}
_BY_ID = {token.id: token for token in (*USDC_TOKENS.values(), *NATIVE_TOKENS.values())}


def token_by_id(token_id: str) -> Token:
    if token_id not in _BY_ID:
        raise CircleRefusal(Why.TOKEN_NOT_FOUND)
    return _BY_ID[token_id]


def token_by_address(blockchain: str, address: str) -> Token:
    """The token at the address; the empty address is the native token. Raises 155239."""
    if not address:
        return NATIVE_TOKENS[blockchain]
    token = USDC_TOKENS.get(blockchain)
    if token is None or address_key(token.address or "") != address_key(address):
        raise CircleRefusal(Why.TOKEN_ADDRESS_INVALID)
    return token
