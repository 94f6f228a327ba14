"""What the twins of the providers have begun and not finished."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.memory.support import books, deals, transfers
from domain.ids import Reference
from domain.processes.facts.funding import TransferSeen
from domain.wallets.wallet import CustodyWallet
from tests.support.world import World


def payments(world: World) -> Sequence[Reference]:
    known = world.custodian._transfers
    return [ref for ref, each in known.items() if each.state is transfers.State.PENDING]


def movements(world: World) -> Sequence[Reference]:
    """Journals and wires."""
    known = world.brokerage._movements
    return [ref for ref, each in known.items() if each.state is books.State.ACCEPTED]


def conversions(world: World) -> Sequence[Reference]:
    """Those that were paid, held for a review or not."""
    waiting = {deals.State.PAID, deals.State.HELD}
    known = world.offramp._deals
    return [ref for ref, each in known.items() if each.state in waiting and each.is_covered]


def offers(world: World) -> Sequence[Reference]:
    """Conversions that may still expire."""
    known = world.offramp._deals
    return [ref for ref, each in known.items() if each.state is deals.State.OPEN]


def orders(world: World) -> Sequence[Reference]:
    known = world.exchange._orders
    return [ref for ref, each in known.items() if not each.status.has_ended]


def arrivals(world: World) -> Sequence[str]:
    """Incoming transfers that are not final."""
    known = world.custodian._arrivals
    return [
        each for each, seen in known.items() if isinstance(seen, TransferSeen) and not seen.final
    ]


def wallets(world: World) -> Sequence[CustodyWallet]:
    """Every wallet at the custodian."""
    return world.custodian._wallets.all()
