"""A wallet's confirmed balance of each token (circle.md §4, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from sandbox.chain import address_key
from sandbox.circle.monitored_tokens import MonitoredTokens
from sandbox.circle.paging import flag_of
from sandbox.circle.tokens import COLLECTIBLE_MARK, Token, tokens_of
from sandbox.circle.wallet import Wallet
from sandbox.circle.wire_values import wire_time, wire_units
from sandbox.world import World


@attrs.frozen
class Holding:
    """An amount of a token in its smallest unit, or of one collectible."""

    token: Token
    units: int
    nft_token_id: str = ""

    @property
    def amount(self) -> str:
        return wire_units(self.units, self.token.decimals)


@attrs.frozen(kw_only=True)
class Holdings:
    """Reads balances from the chain and filters them by the query."""

    world: World
    monitored: MonitoredTokens

    def tokens(self, wallet: Wallet, query: Mapping[str, str]) -> list[Holding]:
        """
        The balances of monitored tokens, or of all tokens with ``includeAll``.

        guess: a USDC balance of zero is shown, but only with ``includeAll``.
        """
        with_all = flag_of(query, "includeAll")
        held = [
            Holding(token, self.units(wallet, token))
            for token in tokens_of(wallet.blockchain)
            if not token.is_collectible and (with_all or self.monitored.shows(token.id))
        ]
        shown = (each for each in held if each.units or (with_all and _is_dollar(each.token)))
        return [each for each in shown if _fits(each.token, query)]

    def collectibles(self, wallet: Wallet, query: Mapping[str, str]) -> list[Holding]:
        with_all, found = flag_of(query, "includeAll"), []
        held = self.world.assets.holdings(wallet.address)
        for token in tokens_of(wallet.blockchain):
            if not token.is_collectible or not (with_all or self.monitored.shows(token.id)):
                continue
            prefix = token.id + COLLECTIBLE_MARK
            ids = (asset.removeprefix(prefix) for asset in held if asset.startswith(prefix))
            found += [Holding(token, held[token.asset(each)], each) for each in ids]
        return [each for each in found if _fits(each.token, query)]

    def units(self, wallet: Wallet, token: Token) -> int:
        if not token.is_usdc:
            return self.world.assets.held(token.asset(), wallet.address)
        held = self.world.chain.confirmed_balance(wallet.blockchain, wallet.address)
        return held.minor * int(10 ** (token.decimals - held.asset.scale))

    def view(self, holding: Holding) -> dict[str, Any]:
        collectible = {"nftTokenId": holding.nft_token_id} if holding.nft_token_id else {}
        return {
            "token": holding.token.view(),
            "amount": holding.amount,
            "updateDate": wire_time(self.world.clock.now()),
            **collectible,
        }


def _is_dollar(token: Token) -> bool:
    return token.is_usdc and not token.is_native


def _fits(token: Token, query: Mapping[str, str]) -> bool:
    address, name = query.get("tokenAddress"), query.get("name")
    is_there = not address or address_key(address) == address_key(token.address or "")
    is_called = not name or name in {token.name, token.symbol}
    return is_there and is_called and query.get("standard") in {None, "", token.standard}
