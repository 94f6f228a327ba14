"""Reading a contract call: its content, what it moves, whether it reverts (circle.md §4, §8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from domain.errors import DomainError
from domain.money import USDC, Money
from sandbox.assets import AssetOutput
from sandbox.chain import Output, address_key, is_address
from sandbox.circle.blockchains import BLOCKCHAINS
from sandbox.circle.decimals import NotADecimal, NotAnAmount, units_of
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fees import CONTRACT_CALL
from sandbox.circle.fields import Fields
from sandbox.circle.movement import Movement
from sandbox.circle.tokens import NATIVE_TOKENS, USDC_TOKENS
from sandbox.circle.wallet import Wallet
from sandbox.world import World

TRANSFER_FUNCTION = "transfer(address,uint256)"
REVERTING_FUNCTION = "revert()"  # the sandbox's own: no contract here runs code
_TRANSFER_DATA = re.compile(r"0xa9059cbb0{24}([0-9a-f]{40})([0-9a-f]{64})")
_CALL_DATA = re.compile(r"0x([0-9a-fA-F]{2})*")
_FUNCTION = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\((.*)\)")


@attrs.frozen(kw_only=True)
class CallFields:
    """The fields of one call or its estimate; each method raises the refusal of its own rule."""

    fields: Fields
    wallet: Wallet

    def contract(self) -> str:
        """Raises 156027 on a chain where Circle calls no contracts, 155219 for a bad address."""
        chain = BLOCKCHAINS[self.wallet.blockchain]
        if not chain.is_evm or chain.is_for_signing_only:
            raise CircleRefusal(Why.CHAIN_UNSUPPORTED)
        address = self.fields.text("contractAddress")
        if not is_address(chain.code, address):
            raise CircleRefusal(Why.DESTINATION_INVALID)
        return address

    def shown(self) -> Mapping[str, Any]:
        """The call as the transaction shows it. Raises 155247, 155230 or 155209."""
        fields = self.fields
        has_function = fields.has("abiFunctionSignature") or fields.has("abiParameters")
        if fields.has("callData"):
            if has_function:
                raise CircleRefusal(Why.CALL_TWICE)
            if not _CALL_DATA.fullmatch(fields.text("callData")):
                raise fields.invalid("callData", "must be hexadecimal", error="invalid_format")
            return {"callData": fields.text("callData"), "contractAddress": self.contract()}
        if not fields.has("abiFunctionSignature"):
            raise CircleRefusal(Why.FUNCTION_MISSING)
        return {
            "abiFunctionSignature": self._function(),
            "abiParameters": self._parameters(),
            "contractAddress": self.contract(),
        }

    def _function(self) -> str:
        text = self.fields.text("abiFunctionSignature").replace(" ", "")
        found = _FUNCTION.fullmatch(text)
        if not found or _count(found[1]) != len(self._parameters()):
            raise CircleRefusal(Why.ABI_MISMATCH)
        return text

    def _parameters(self) -> list[Any]:
        parameters = self.fields.values.get("abiParameters") or []
        if not isinstance(parameters, list):
            raise self.fields.invalid("abiParameters", "must be a list", error="invalid_type")
        return parameters

    def coins(self) -> int:
        """The amount of the chain's coin that the call sends. Raises 155245."""
        try:
            decimals = NATIVE_TOKENS[self.wallet.blockchain].decimals
            return units_of(self.fields.optional("amount") or "0", decimals)
        except (NotADecimal, NotAnAmount):
            raise CircleRefusal(Why.CALL_AMOUNT_INVALID) from None

    def movement(self) -> Movement:
        """USDC when the call is a transfer at USDC's contract, otherwise the coins that it sends."""
        blockchain, source = self.wallet.blockchain, self.wallet.address
        usdc = self._usdc()
        others: tuple[AssetOutput, ...] = ()
        if usdc is None:
            coin = NATIVE_TOKENS[blockchain].asset()
            others = (AssetOutput(coin, source, self.contract(), self.coins()),)
        return Movement(
            blockchain=blockchain, source=source, gas=CONTRACT_CALL, usdc=usdc, others=others
        )

    def reverts(self, world: World, movement: Movement) -> str | None:
        """The reason why the contract will revert the call, or None."""
        if self.shown().get("abiFunctionSignature") == REVERTING_FUNCTION:
            return "execution reverted"
        held = world.chain.confirmed_balance(movement.blockchain, movement.source)
        if movement.usdc and held < movement.usdc.amount:
            return "ERC20: transfer amount exceeds balance"
        return None

    def _usdc(self) -> Output | None:
        token = USDC_TOKENS.get(self.wallet.blockchain)
        if token is None or address_key(token.address or "") != address_key(self.contract()):
            return None
        asked = self._transfer()
        if asked is None:
            return None
        try:
            destination, minor = str(asked[0]), int(str(asked[1]), 0)
            amount = Money(minor, USDC)
        except (ValueError, DomainError):
            raise CircleRefusal(Why.ABI_MISMATCH) from None
        if minor <= 0 or not is_address(token.blockchain, destination):
            raise CircleRefusal(Why.ABI_MISMATCH)
        return Output(self.wallet.address, destination, amount)

    def _transfer(self) -> tuple[Any, Any] | None:
        """The destination and the amount, when the call is a token transfer."""
        shown = self.shown()
        if shown.get("abiFunctionSignature") == TRANSFER_FUNCTION:
            destination, minor = shown["abiParameters"]
            return destination, minor
        found = _TRANSFER_DATA.fullmatch(shown.get("callData", "").lower())
        return (f"0x{found[1]}", f"0x{found[2]}") if found else None


def _count(types: str) -> int:
    """The number of types, without those inside a tuple."""
    depth, commas = 0, 0
    for character in types:
        depth += (character == "(") - (character == ")")
        commas += character == "," and depth == 0
    return commas + 1 if types else 0
