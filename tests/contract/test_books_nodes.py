"""The chains' nodes, played by the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.http.transport import AiohttpTransport
from adapters.nodes.books import ChainBooks
from adapters.nodes.settings import NodeSettings
from adapters.resilience.policy import CallPolicy
from domain.ids import FIRM
from domain.money import USDC
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from ports.books import Holder
from ports.errors import ProviderUnavailable
from sandbox.chain import FAUCET, Output
from sandbox.nodes.rpc import Nodes
from sandbox.world import World, create_world
from tests.support.builders import usdc

EVM = CustodyWallet(chain=Chain.POLYGON, wallet_id="w-1", address=f"0x{'Ab' * 20}")
SOLANA = CustodyWallet(chain=Chain.SOLANA, wallet_id="w-2", address="9" * 40)
CODES = {Chain.POLYGON: "MATIC-AMOY", Chain.SOLANA: "SOL-DEVNET"}
WALLETS = Holder(owner=FIRM, wallets=(EVM, SOLANA))


@pytest.fixture
def world() -> World:
    return create_world(seed=7, speed=0.0)


@pytest.fixture
async def books(world: World) -> AsyncIterator[ChainBooks]:
    app = web.Application()
    app.add_routes(Nodes(world).routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        urls = {chain.value: str(server.make_url(code)) for chain, code in CODES.items()}
        transport = AiohttpTransport(session, policy=CallPolicy())
        yield ChainBooks(settings=NodeSettings(urls=urls), transport=transport, testnet=True)


async def test_the_balances_of_all_chains_are_added_up(world: World, books: ChainBooks) -> None:
    assert await books.holdings(WALLETS) == {USDC: usdc("0")}
    for wallet, amount in ((EVM, "12.5"), (SOLANA, "0.000001")):
        output = Output(source=FAUCET, destination=wallet.address, amount=usdc(amount))
        world.chain.send(CODES[wallet.chain], [output])
    assert await books.holdings(WALLETS) == {USDC: usdc("12.500001")}


async def test_a_wallet_on_a_chain_without_a_node_is_not_judged(books: ChainBooks) -> None:
    elsewhere = CustodyWallet(chain=Chain.BASE, wallet_id="w-3", address=EVM.address)
    assert await books.holdings(Holder(owner=FIRM, wallets=(EVM, elsewhere))) is None


async def test_an_answer_without_a_result_is_no_balance(books: ChainBooks) -> None:
    wrong = CustodyWallet(chain=Chain.SOLANA, wallet_id="w-4", address="")
    urls = {Chain.SOLANA.value: books.settings.urls[Chain.POLYGON.value].replace("MATIC", "NO")}
    broken = ChainBooks(settings=NodeSettings(urls=urls), transport=books.transport, testnet=True)
    with pytest.raises(ProviderUnavailable):
        await broken.holdings(Holder(owner=FIRM, wallets=(wrong,)))


def test_only_chains_have_nodes() -> None:
    with pytest.raises(ValueError, match="dogecoin"):
        NodeSettings(urls={"dogecoin": "http://node"})
