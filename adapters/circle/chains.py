"""Circle's chain codes, and its token ids for USDC on each chain (circle.md §5)."""

from __future__ import annotations

import attrs

from domain.wallets.chain import Chain

MAINNET = {
    Chain.POLYGON: ("MATIC", "db6905b9-8bcd-5537-8b08-f5548bdf7925"),
    Chain.ETHEREUM: ("ETH", "b037d751-fb22-5f0d-bae6-47373e7ae3e3"),
    Chain.BASE: ("BASE", "aa7bb533-aeb8-535c-bd65-354aed91ea3d"),
    Chain.ARBITRUM: ("ARB", "c87ffcb4-e2cf-5e67-84c6-388c965d2a66"),
    Chain.AVALANCHE: ("AVAX", "7efdfdbf-1799-5089-a588-31beb97ba755"),
    Chain.SOLANA: ("SOL", "33ca4ef6-2500-5d79-82bf-e3036139cc29"),
}
TESTNET = {
    Chain.POLYGON: ("MATIC-AMOY", "36b6931a-873a-56a8-8a27-b706b17104ee"),
    Chain.ETHEREUM: ("ETH-SEPOLIA", "5797fbd6-3795-519d-84ca-ec4c5f80c3b1"),
    Chain.BASE: ("BASE-SEPOLIA", "bdf128b4-827b-5267-8f9e-243694989b5f"),
    Chain.ARBITRUM: ("ARB-SEPOLIA", "4b8daacc-5f47-5909-a3ba-30d171ebad98"),
    Chain.AVALANCHE: ("AVAX-FUJI", "ff47a560-9795-5b7c-adfc-8f47dad9e06a"),
    Chain.SOLANA: ("SOL-DEVNET", "8fb3cadb-0ef4-573d-8fcd-e194f961c728"),
}


@attrs.frozen
class Network:
    """The chains at Circle: either all mainnets or all testnets."""

    testnet: bool

    def code(self, chain: Chain) -> str:
        return self._known[chain][0]

    def usdc(self, chain: Chain) -> str:
        """The id of the USDC token on ``chain``."""
        return self._known[chain][1]

    def is_usdc(self, token_id: str) -> bool:
        return any(token_id == known for _, known in self._known.values())

    @property
    def _known(self) -> dict[Chain, tuple[str, str]]:
        return TESTNET if self.testnet else MAINNET


def account_type(chain: Chain) -> str:
    """Smart accounts where available, because their gas can be sponsored (circle.md §6)."""
    return "SCA" if chain.is_evm else "EOA"
