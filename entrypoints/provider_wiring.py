"""The providers of the settings: a transport for each, and the adapters of their ports over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import attrs

from adapters.alpaca.books import AlpacaBooks
from adapters.alpaca.brokerage import AlpacaBrokerage
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.credentials import credentials_for
from adapters.alpaca.exchange import AlpacaExchange
from adapters.alpaca.feeds import AlpacaAccountFeed, AlpacaJournalFeed, AlpacaTradeFeed
from adapters.alpaca.push_events import AlpacaPushes
from adapters.alpaca.settings import AlpacaSettings
from adapters.circle.books import CircleBooks
from adapters.circle.client import CircleClient
from adapters.circle.custodian import CircleCustodian
from adapters.circle.webhooks import CircleWebhooks
from adapters.due.books import DueBooks
from adapters.due.calls import Calls
from adapters.due.client import DueClient
from adapters.due.offramp import DueOfframp
from adapters.due.webhooks import DueWebhooks
from adapters.harbor.client import HarborClient
from adapters.harbor.offramp import HarborOfframp
from adapters.harbor.webhooks import HarborWebhooks
from adapters.http.operation import OperationKind
from adapters.http.probe import BreakerProbe
from adapters.http.stack import build_stack
from adapters.http.transport import Transport
from adapters.nodes.books import ChainBooks
from adapters.push_relay.signature import RelaySignature
from adapters.push_relay.webhooks import RelayWebhooks
from adapters.resilience.breaker import Breaker, Position
from entrypoints.resources import Resources
from entrypoints.settings import Settings
from ports.books import WorldBooks
from ports.brokerage import Brokerage
from ports.clock import Clock
from ports.cursors import Cursors
from ports.custody import Custodian
from ports.exchange import Exchange
from ports.health import Probe
from ports.ids import Ids
from ports.inbound import Feed, Webhooks
from ports.nonces import Nonces
from ports.offramp import Offramp


@attrs.frozen(kw_only=True)
class Providers:
    """``webhooks`` are by the name of their source; ``probes`` tell which providers can be reached."""

    custodian: Custodian
    offramp: Offramp
    brokerage: Brokerage
    exchange: Exchange
    books: tuple[WorldBooks, ...]
    feeds: tuple[Feed, ...]
    webhooks: Mapping[str, Webhooks]
    probes: tuple[Probe, ...]


def build_providers(
    settings: Settings, resources: Resources, *, ids: Ids, nonces: Nonces, cursors: Cursors
) -> Providers:
    clock, chosen = resources.clock, settings.offramp.provider
    reached = {name: _reach(name, resources, ids) for name in ("circle", chosen, "alpaca")}
    circle = CircleClient(settings.circle, transport=reached["circle"].transport)
    offramp, offramp_webhooks = OFFRAMPS[chosen](settings, reached[chosen].transport, clock)
    alpaca = _alpaca(settings.alpaca, transport=reached["alpaca"].transport, clock=clock)
    relayed = RelaySignature(settings.relay, nonces=nonces, clock=clock)
    custodian = CircleCustodian(circle)
    return Providers(
        custodian=custodian,
        offramp=offramp,
        brokerage=AlpacaBrokerage.over(
            alpaca, clock=clock, lends=settings.funding.strategy == "instant"
        ),
        exchange=AlpacaExchange.over(alpaca),
        books=(
            CircleBooks(circle, custodian),
            *_chain_books(settings, resources, ids),
            *_offramp_books(settings, reached[chosen].transport),
            AlpacaBooks.over(alpaca),
        ),
        feeds=(
            AlpacaTradeFeed(client=alpaca, clock=clock),
            AlpacaJournalFeed(client=alpaca, clock=clock),
            AlpacaAccountFeed(client=alpaca, clock=clock),
        ),
        webhooks={
            "circle": CircleWebhooks(circle, cursors=cursors, clock=clock),
            chosen: offramp_webhooks,
            "alpaca": RelayWebhooks("alpaca", signature=relayed, payload=AlpacaPushes()),
        },
        probes=tuple(each.probe for each in reached.values()),
    )


def _chain_books(settings: Settings, resources: Resources, ids: Ids) -> Sequence[WorldBooks]:
    if not settings.nodes.urls:
        return ()
    transport = _reach("nodes", resources, ids).transport
    return (
        ChainBooks(settings=settings.nodes, transport=transport, testnet=settings.circle.testnet),
    )


def _offramp_books(settings: Settings, transport: Transport) -> Sequence[WorldBooks]:
    """guess: Harbor lists no conversions, so its books are not compared."""
    if settings.offramp.provider != "due":
        return ()
    return (DueBooks(DueClient(Calls(transport, settings.due))),)


def _due(settings: Settings, transport: Transport, clock: Clock) -> tuple[Offramp, Webhooks]:
    client = DueClient(Calls(transport, settings.due))
    return (
        DueOfframp.of(client, settings=settings.due, clock=clock),
        DueWebhooks.of(client, settings=settings.due, clock=clock),
    )


def _harbor(settings: Settings, transport: Transport, clock: Clock) -> tuple[Offramp, Webhooks]:
    client = HarborClient(transport, settings.harbor)
    return HarborOfframp(client=client, clock=clock), HarborWebhooks(client, clock=clock)


OFFRAMPS: Mapping[str, Callable[[Settings, Transport, Clock], tuple[Offramp, Webhooks]]] = {
    "due": _due,
    "harbor": _harbor,
}
"""Every off-ramp that ``offramp.provider`` may choose."""


@attrs.frozen
class _Reached:
    transport: Transport
    probe: Probe


def _reach(provider: str, resources: Resources, ids: Ids) -> _Reached:
    """A transport stack with a breaker for each kind of operation, and a probe of the breakers."""
    clock, metrics = resources.clock, resources.metrics.providers
    breakers = {kind: Breaker() for kind in OperationKind}
    for kind, breaker in breakers.items():
        metrics.watch_breaker(
            provider, operations=kind.value, position=partial(_position, breaker, clock)
        )
    transport = build_stack(
        resources.session,
        clock=clock,
        ids=ids,
        policy=resources.call_policy,
        breakers=breakers,
        tracer=resources.tracing.tracer,
        propagate_to=resources.tracing.propagate_to,
        metrics=metrics,
    )
    return _Reached(transport, BreakerProbe(provider, breakers=breakers, clock=clock))


def _position(breaker: Breaker, clock: Clock) -> Position:
    return breaker.position(now=clock.now())


def _alpaca(settings: AlpacaSettings, *, transport: Transport, clock: Clock) -> AlpacaClient:
    credentials = credentials_for(settings, transport=transport, clock=clock)
    return AlpacaClient(settings=settings, transport=transport, credentials=credentials)
