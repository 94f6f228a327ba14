"""The wallets of the in-memory custodian, by reference, and by address and chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from adapters.memory.faults import PROVIDER
from domain.ids import Reference
from domain.processes.facts.funding import WalletCreated
from domain.wallets.chain import Chain
from domain.wallets.wallet import AddressSource, CustodyWallet
from ports.errors import ProviderUnavailable


class CustodyWallets:
    """``on_open`` is called with each new wallet."""

    def __init__(
        self, *, new_id: Callable[[], str], on_open: Callable[[CustodyWallet], None]
    ) -> None:
        self._new_id = new_id
        self._on_open = on_open
        self._made: dict[Reference, tuple[CustodyWallet, ...]] = {}

    def create(
        self, reference: Reference, chains: Sequence[Chain], shares: AddressSource | None
    ) -> WalletCreated:
        """The wallet on the first of ``chains``. Raises ``ProviderUnavailable``."""
        if reference not in self._made:
            address = self._shared(shares) if shares else _address(chains[0], reference)
            self._made[reference] = tuple(self._there(each, address) for each in chains)
        wallet, *siblings = self._made[reference]
        return WalletCreated(
            reference=reference,
            provider_id=wallet.wallet_id,
            address=wallet.address,
            siblings=tuple(siblings),
        )

    def at(self, address: str, chain: Chain | None = None) -> CustodyWallet | None:
        """Without a chain: the first wallet that was opened at the address."""
        found = (each for each in self.all() if each.address == address)
        return next((each for each in found if chain in {None, each.chain}), None)

    def chain_of(self, wallet_id: str) -> Chain:
        return next(each.chain for each in self.all() if each.wallet_id == wallet_id)

    def all(self) -> list[CustodyWallet]:
        return [wallet for made in self._made.values() for wallet in made]

    def _there(self, chain: Chain, address: str) -> CustodyWallet:
        return self.at(address, chain) or self._open(chain, address)

    def _open(self, chain: Chain, address: str) -> CustodyWallet:
        wallet = CustodyWallet(chain=chain, wallet_id=self._new_id(), address=address)
        self._on_open(wallet)
        return wallet

    def _shared(self, source: AddressSource) -> str:
        made = self._made.get(source.reference, ())
        known = [each for each in self.all() if each.wallet_id == source.wallet_id]
        first = next(iter((*known, *made)), None)
        if first is None:
            raise ProviderUnavailable(
                "the wallet whose address it shares is not there yet", provider=PROVIDER
            )
        return first.address


def _address(chain: Chain, ref: Reference) -> str:
    """An address derived from the reference, in the chain's format."""
    digest = hashlib.sha256(ref.encode()).hexdigest()
    if chain.is_evm:
        return f"0x{digest[:40]}"
    return "5" + digest[:42].replace("0", "z")  # 43 base58 digits starting with 5 are 32 bytes
