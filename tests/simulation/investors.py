"""What investors do."""

from __future__ import annotations

from domain.ids import LookupKey
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.quantity import Price
from domain.trading.order import Order, OrderTerms, OrderType, Side
from domain.wallets.chain import Chain
from tests.simulation.life import INVESTORS_MAX, PASSWORD, Life, shares
from tests.support import builders as a

ARRIVALS = ("250.000001", "100.00", "2.50", "2.51", "1.00", "0.000001", "0.99", "37.123456", "5000")
DOLLARS = ("1.00", "5.00", "20.00", "49.99", "100.00", "333.33", "1000.00")
SHARES = ("0.000026", "0.5", "1", "2", "0.123456789", "10")
SYMBOLS = ("AAPL", "MSFT", "VTI")


async def join(life: Life) -> None:
    if len(life.investors) < INVESTORS_MAX:
        await life.join()


async def receive(life: Life) -> None:
    """USDC arrives, perhaps on another chain; the poller or a webhook tells of it."""
    ada = life.investor()
    seen = life.world.custodian.receive_usdc(
        ada.wallet.address or "",
        a.usdc(life.one_of(ARRIVALS)),
        final=life.rng.random() < 0.7,
        chain=Chain.BASE if life.rng.random() < 0.2 else ada.wallet.chain,
    )
    if life.rng.random() < 0.5:
        await life.tell(LookupKey(TRANSACTION, seen.transaction_id), seen)
    else:
        await life.world.app.feeds.poll_inbound()


async def announce(life: Life) -> None:
    ada = life.investor()
    amount = a.usdc(life.one_of(ARRIVALS))
    await life.world.app.funding.announce_deposit(ada.id, amount=amount, chain=ada.wallet.chain)


async def withdraw(life: Life) -> None:
    ada = life.investor()
    takes_all = life.rng.random() < 0.3
    await ada.withdraw((await ada.available()).decimal if takes_all else life.one_of(DOLLARS))


async def order(life: Life) -> None:
    ada, symbol = life.investor(), life.one_of(SYMBOLS)
    by_notional, limited = life.rng.random() < 0.5, life.rng.random() < 0.3
    terms = OrderTerms(
        symbol=symbol,
        side=life.rng.choice((Side.BUY, Side.SELL)),
        type=OrderType.LIMIT if limited else OrderType.MARKET,
        notional=a.dollars(life.one_of(DOLLARS)) if by_notional else None,
        quantity=None if by_notional else shares(life.one_of(SHARES), symbol),
        limit_price=Price.of(life.one_of(("100.00", "190.12", "400.00"))) if limited else None,
    )
    await life.world.app.trading.place(ada.id, terms=terms)


async def basket(life: Life) -> None:
    ada = life.investor()
    await life.world.app.trading.place_basket(
        ada.id, basket_id="thirds", notional=a.dollars(life.one_of(DOLLARS))
    )


async def cancel(life: Life) -> None:
    if orders := life.of_kind(Order):
        chosen = life.rng.choice(orders)
        await life.world.app.trading.cancel(chosen.investor_id, chosen.id)


async def leave(life: Life) -> None:
    """An investor closes the account; all but the first, so that somebody stays."""
    if len(life.investors) > 1:
        ada = life.investors[-1]
        await life.world.app.account_status.close_own(ada.id, password=PASSWORD)
        life.investors.remove(ada)
