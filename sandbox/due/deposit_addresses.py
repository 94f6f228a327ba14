"""Due's addresses on the chains: each final transfer goes to the receiver of its address."""

from __future__ import annotations

from collections.abc import Callable

from domain.money import USDC, Money
from sandbox.chain import ChainTransfer, address_key, new_address
from sandbox.due.rails import CHAIN_BY_RAIL, RAIL_BY_CHAIN
from sandbox.world import World

Receiver = Callable[[ChainTransfer], None]


class DepositAddresses:
    def __init__(self, *, world: World) -> None:
        self._world = world
        self._receivers: dict[str, Receiver] = {}
        world.chain.watch(self._arrived)

    def open_address(self, rail: str, receiver: Receiver) -> str:
        """A new address; an EVM address receives USDC on every EVM network."""
        address = new_address(CHAIN_BY_RAIL[rail], self._world.random)
        self._receivers[address_key(address)] = receiver
        return address

    def held(self) -> Money:
        """The USDC on Due's addresses according to the chains, with transfers that are not final yet."""
        balances = self._world.chain.balances().items()
        mine = (money.minor for (_, key), money in balances if key in self._receivers)
        return Money(sum(mine), USDC)

    def _arrived(self, movement: ChainTransfer) -> None:
        if not movement.final:
            return
        receiver = self._receivers.get(address_key(movement.destination))
        if receiver is not None:
            receiver(movement)


def on_chain(movement: ChainTransfer) -> dict[str, object]:
    """The confirmation of a movement on chain. guess: the value of kind and network's spelling."""
    return {
        "kind": "onchain",
        "network": RAIL_BY_CHAIN.get(movement.blockchain, movement.blockchain),
        "hash": movement.tx_hash,
        "eventIdx": movement.index,
    }
