"""
What the sandbox's chains carry besides USDC: the coins that pay for gas, other tokens, collectibles.

Amounts are whole numbers of an asset's smallest unit. What was minted of an asset always equals what
its addresses hold and what was burnt as fees.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

import attrs

from sandbox.chain import (
    CONFIRM_S,
    FAUCET,
    FINAL_S,
    Chain,
    InsufficientOnChain,
    address_key,
    new_tx_hash,
)
from sandbox.clock import SandboxClock


@attrs.frozen
class AssetOutput:
    """One movement inside a transaction; 0 units move nothing, as in a contract call."""

    asset: str
    source: str
    destination: str
    units: int


@attrs.define(kw_only=True)
class AssetTransfer:
    """One output of one transaction, and its confirmation status."""

    blockchain: str
    tx_hash: str
    index: int
    output: AssetOutput
    height: int
    final: bool = False


Watcher = Callable[[AssetTransfer], None]


class Assets:
    """All other assets of all chains; their transactions take as long as those of USDC."""

    def __init__(self, *, clock: SandboxClock, random: Random, chain: Chain) -> None:
        self._clock = clock
        self._random = random
        self._chain = chain
        self._watchers: list[Watcher] = []
        self._balances: dict[tuple[str, str], int] = defaultdict(int)
        self.minted: dict[str, int] = defaultdict(int)
        self.burnt: dict[str, int] = defaultdict(int)

    def watch(self, watcher: Watcher) -> None:
        """Call ``watcher`` for every transfer when it confirms and again when it is final."""
        self._watchers.append(watcher)

    def held(self, asset: str, address: str) -> int:
        return self._balances.get((asset, address_key(address)), 0)

    def holdings(self, address: str) -> dict[str, int]:
        """The address's balances, by asset."""
        key = address_key(address)
        return {
            asset: units
            for (asset, holder), units in self._balances.items()
            if holder == key and units
        }

    def totals(self) -> dict[str, int]:
        """The total balance of all addresses, by asset."""
        totals = dict.fromkeys(self.minted, 0)
        for (asset, _), units in self._balances.items():
            totals[asset] += units
        return totals

    def burn(self, asset: str, source: str, units: int) -> None:
        """Burn a fee. Raises ``InsufficientOnChain``."""
        self._require(asset, source, units)
        self._balances[asset, address_key(source)] -= units
        self.burnt[asset] += units

    def send(
        self, blockchain: str, outputs: Sequence[AssetOutput], *, tx_hash: str | None = None
    ) -> list[AssetTransfer]:
        """
        Put one transaction on the chain; balances move at once, finality comes later.

        Raises ``InsufficientOnChain`` and moves nothing when a source (other than the faucet) is short.
        """
        for output in outputs:
            if output.source != FAUCET:
                self._require(output.asset, output.source, output.units)
        height = self._chain.next_height()
        tx_hash = tx_hash or new_tx_hash(blockchain, self._random)
        transfers = [
            AssetTransfer(
                blockchain=blockchain, tx_hash=tx_hash, index=index, output=output, height=height
            )
            for index, output in enumerate(outputs)
        ]
        for output in outputs:
            if output.units:
                self._move(output)
        self._clock.call_later(CONFIRM_S, partial(self._notify, transfers, final=False))
        self._clock.call_later(FINAL_S, partial(self._notify, transfers, final=True))
        return transfers

    def _require(self, asset: str, source: str, units: int) -> None:
        if self.held(asset, source) < units:
            raise InsufficientOnChain(source)

    def _move(self, output: AssetOutput) -> None:
        if output.source == FAUCET:
            self.minted[output.asset] += output.units
        else:
            self._balances[output.asset, address_key(output.source)] -= output.units
        self._balances[output.asset, address_key(output.destination)] += output.units

    def _notify(self, transfers: Sequence[AssetTransfer], *, final: bool) -> None:
        for transfer in transfers:
            transfer.final = final
            for watcher in self._watchers:
                watcher(transfer)
