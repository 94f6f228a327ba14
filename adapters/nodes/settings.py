"""The nodes of the chains, which are asked for balances without the custodian."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from domain.wallets.chain import Chain

PROVIDER = "nodes"


@attrs.frozen(kw_only=True)
class NodeSettings:
    """
    A JSON-RPC URL for each chain; a chain without one is not compared.

    A URL may contain a key, so it is never shown.
    """

    urls: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    @urls.validator
    def _name_chains(self, _: object, urls: Mapping[str, str]) -> None:
        known = {chain.value for chain in Chain}
        if unknown := sorted(set(urls) - known):
            raise ValueError(f"nodes.urls: {', '.join(unknown)} is no chain")

    def url(self, chain: Chain) -> str | None:
        return self.urls.get(chain.value)
