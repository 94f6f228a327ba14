"""What one transaction moves on its chain."""

from __future__ import annotations

from collections import Counter

import attrs

from sandbox.assets import AssetOutput, AssetTransfer
from sandbox.chain import ChainTransfer, Output
from sandbox.circle.fees import Gas
from sandbox.circle.tokens import NATIVE_TOKENS
from sandbox.world import World

NO_COIN = "INSUFFICIENT_NATIVE_TOKEN"
NO_TOKEN = "INSUFFICIENT_TOKEN"  # noqa: S105 - guess: the name is not published (circle.md §7)


@attrs.frozen(kw_only=True)
class Movement:
    """USDC, or other assets: 0 units of the coin when it is only a call."""

    blockchain: str
    source: str
    gas: Gas
    usdc: Output | None = None
    others: tuple[AssetOutput, ...] = ()

    @property
    def coin(self) -> str:
        return NATIVE_TOKENS[self.blockchain].id

    def shortage(self, world: World, *, fee_units: int) -> str | None:
        """The reason why the source cannot pay, or None; unconfirmed money can be spent."""
        needed = Counter({self.coin: fee_units})
        for output in self.others:
            needed[output.asset] += output.units
        for asset, units in needed.items():
            if world.assets.held(asset, self.source) < units:
                return NO_COIN if asset == self.coin else NO_TOKEN
        held = world.chain.balance(self.blockchain, self.source)
        return NO_TOKEN if self.usdc and held < self.usdc.amount else None

    def send(self, world: World, *, tx_hash: str) -> ChainTransfer | AssetTransfer:
        """Put it on the chain. Raises ``InsufficientOnChain``."""
        if self.usdc:
            return world.chain.send(self.blockchain, [self.usdc], tx_hash=tx_hash)[0]
        return world.assets.send(self.blockchain, self.others, tx_hash=tx_hash)[0]
