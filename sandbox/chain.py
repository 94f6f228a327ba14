"""
The sandbox's blockchains: addresses, USDC balances and transactions that take time to confirm.

One transaction may carry several transfers (that is how exchanges pay out), so a transfer is
identified by chain, transaction hash and index. Test USDC is minted from the faucet; the total minted
on a chain always equals the sum of its balances.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

import attrs

from domain.money import USDC, Money
from sandbox.clock import SandboxClock

FAUCET = "faucet"
CONFIRM_S = 4.0
FINAL_S = 8.0
TRANSFERS_KEPT_MAX = 200_000


@attrs.frozen
class Output:
    """One movement inside a transaction."""

    source: str
    destination: str
    amount: Money


@attrs.define
class ChainTransfer:
    """One output of one transaction, and its confirmation status."""

    blockchain: str
    tx_hash: str
    index: int
    source: str
    destination: str
    amount: Money
    height: int
    confirmed: bool = False
    final: bool = False


class InsufficientOnChain(Exception):
    """The source address holds less than it tries to send."""


Watcher = Callable[[ChainTransfer], None]


class Chain:
    """All blockchains at once, keyed by Circle's chain codes (``MATIC-AMOY``, ``SOL-DEVNET``, ...)."""

    def __init__(self, *, clock: SandboxClock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._balances: dict[tuple[str, str], int] = defaultdict(int)
        self._watchers: list[Watcher] = []
        self._height = 1_000_000
        self.minted: dict[str, int] = defaultdict(int)
        self._unconfirmed: dict[tuple[str, str], int] = defaultdict(int)
        self._by_hash: dict[str, list[ChainTransfer]] = {}
        self.transfers: deque[ChainTransfer] = deque(maxlen=TRANSFERS_KEPT_MAX)

    def watch(self, watcher: Watcher) -> None:
        """Call ``watcher`` for every transfer when it confirms and again when it is final."""
        self._watchers.append(watcher)

    def balance(self, blockchain: str, address: str) -> Money:
        """The address's balance, with unconfirmed transactions."""
        return Money(self._balances.get((blockchain, address_key(address)), 0), USDC)

    def confirmed_balance(self, blockchain: str, address: str) -> Money:
        """The address's balance, without unconfirmed transactions to it."""
        unconfirmed = self._unconfirmed.get((blockchain, address_key(address)), 0)
        held = self.balance(blockchain, address)
        return max(Money(held.minor - unconfirmed, USDC), Money.zero(USDC))

    def transaction(self, tx_hash: str) -> list[ChainTransfer]:
        """The transfers of one transaction; empty when the hash is unknown."""
        return list(self._by_hash.get(tx_hash, ()))

    def balances(self) -> dict[tuple[str, str], Money]:
        return {key: Money(minor, USDC) for key, minor in self._balances.items() if minor}

    def next_height(self) -> int:
        """The block of the next transaction: each has its own."""
        self._height += 1
        return self._height

    def send(
        self, blockchain: str, outputs: Sequence[Output], *, tx_hash: str | None = None
    ) -> list[ChainTransfer]:
        """
        Put one transaction on the chain; balances move at once, finality comes later.

        Raises ``InsufficientOnChain`` and moves nothing when a source (other than the faucet) is short.
        """
        self._check_funds(blockchain, outputs)
        height = self.next_height()
        tx_hash = tx_hash or new_tx_hash(blockchain, self._random)
        transfers = [
            ChainTransfer(
                blockchain=blockchain,
                tx_hash=tx_hash,
                index=index,
                source=output.source,
                destination=output.destination,
                amount=output.amount,
                height=height,
            )
            for index, output in enumerate(outputs)
        ]
        for transfer in transfers:
            self._move(transfer)
        self._remember(transfers)
        self._clock.call_later(CONFIRM_S, partial(self._confirm, transfers))
        self._clock.call_later(FINAL_S, partial(self._finalise, transfers))
        return transfers

    def change_unseen(self, blockchain: str, address: str, change: Money) -> None:
        """
        Change a balance in a way that no watcher sees, as a provider that has missed a block.

        The address's confirmed balance stays.
        """
        self.change(blockchain, address, change)
        self._unconfirmed[blockchain, address_key(address)] += change.minor

    def change(self, blockchain: str, address: str, change: Money) -> None:
        """Change a balance without a transaction. Raises ``InsufficientOnChain``."""
        key = blockchain, address_key(address)
        if self._balances[key] + change.minor < 0:
            raise InsufficientOnChain(address)
        self.minted[blockchain] += change.minor
        self._balances[key] += change.minor

    def _remember(self, transfers: list[ChainTransfer]) -> None:
        self.transfers.extend(transfers)
        self._by_hash[transfers[0].tx_hash] = transfers
        if len(self._by_hash) > TRANSFERS_KEPT_MAX:
            del self._by_hash[next(iter(self._by_hash))]

    def _check_funds(self, blockchain: str, outputs: Sequence[Output]) -> None:
        needed: dict[str, int] = defaultdict(int)
        for output in outputs:
            needed[address_key(output.source)] += output.amount.minor
        for source, minor in needed.items():
            if source != FAUCET and self.balance(blockchain, source).minor < minor:
                raise InsufficientOnChain(source)

    def _move(self, transfer: ChainTransfer) -> None:
        source, destination = address_key(transfer.source), address_key(transfer.destination)
        if source == FAUCET:
            self.minted[transfer.blockchain] += transfer.amount.minor
        else:
            self._balances[transfer.blockchain, source] -= transfer.amount.minor
        self._balances[transfer.blockchain, destination] += transfer.amount.minor
        self._unconfirmed[transfer.blockchain, destination] += transfer.amount.minor

    def _confirm(self, transfers: Sequence[ChainTransfer]) -> None:
        for transfer in transfers:
            self._arrive(transfer)
            self._notify(transfer)

    def _arrive(self, transfer: ChainTransfer) -> None:
        transfer.confirmed = True
        key = transfer.blockchain, address_key(transfer.destination)
        self._unconfirmed[key] -= transfer.amount.minor
        if not self._unconfirmed[key]:
            del self._unconfirmed[key]

    def _finalise(self, transfers: Sequence[ChainTransfer]) -> None:
        for transfer in transfers:
            transfer.final = True
            self._notify(transfer)

    def _notify(self, transfer: ChainTransfer) -> None:
        for watcher in self._watchers:
            watcher(transfer)


_EVM_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_BASE58_ADDRESS = re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,44}")
_APTOS_ADDRESS = re.compile(r"0x[0-9a-f]{64}")
_NEAR_ADDRESS = re.compile(r"[0-9a-f]{64}")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def is_evm(blockchain: str) -> bool:
    return not blockchain.startswith(("SOL", "APTOS", "NEAR"))


def faucet_address(blockchain: str) -> str:
    """The faucet's address, for providers that show the source of a transfer."""
    return f"0x{'fa' * 20}" if is_evm(blockchain) else "Fa" * 22


def is_address(blockchain: str, text: str) -> bool:
    """Whether the text has the form of the chain's addresses."""
    return _form(blockchain).fullmatch(text) is not None


def _form(blockchain: str) -> re.Pattern[str]:
    match blockchain.partition("-")[0]:
        case "SOL":
            return _BASE58_ADDRESS
        case "APTOS":
            return _APTOS_ADDRESS
        case "NEAR":
            return _NEAR_ADDRESS
    return _EVM_ADDRESS


def address_key(address: str) -> str:
    """EVM addresses are compared case-insensitively; base58 addresses are not."""
    return address.lower() if address.startswith("0x") else address


def new_address(blockchain: str, random: Random) -> str:
    if is_evm(blockchain):
        return f"0x{random.getrandbits(160):040x}"
    key = random.randrange(58**43, 2**256)  # 32 bytes that are written with 44 digits, as most are
    return "".join(BASE58[key // 58**place % 58] for place in reversed(range(44)))


def new_tx_hash(blockchain: str, random: Random) -> str:
    if is_evm(blockchain):
        return f"0x{random.getrandbits(256):064x}"
    return "".join(random.choice(BASE58) for _ in range(88))
