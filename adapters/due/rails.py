"""Our chains in Due's terms (due.md §4, §6)."""

from __future__ import annotations

from domain.wallets.chain import Chain

BANK_RAIL = "ach"
BANK_SCHEMA = "bank_us"

RAILS = {
    Chain.POLYGON: "polygon",
    Chain.ETHEREUM: "ethereum",
    Chain.BASE: "base",
    Chain.ARBITRUM: "arbitrum",
    Chain.AVALANCHE: "avalanche",  # guess: by analogy, due.md §6
    Chain.SOLANA: "solana",  # guess: by analogy, due.md §6
}


def rail(chain: Chain) -> str:
    return RAILS[chain]


def schema(chain: Chain) -> str:
    """The schema of the chain's addresses; all EVM chains share one."""
    return "evm" if chain.is_evm else "solana"


def prefixed(chain: Chain, address: str) -> str:
    return f"{schema(chain)}:{address}"


def is_same_address(first: str, second: str) -> bool:
    """Whether two addresses are equal, with or without Due's prefix; EVM ones in any letter case."""
    return _bare(first) == _bare(second)


def _bare(address: str) -> str:
    bare = address.rpartition(":")[2]
    return bare.lower() if bare.startswith("0x") else bare
