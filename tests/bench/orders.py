"""(c) ``POST /v1/orders`` over HTTP, against a bare handler on the same database."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from adapters.identity.email_tokens import HmacEmailTokens
from domain.accounts.emails import EmailPurpose
from domain.accounts.onboarding import (
    Onboarding,
    OnboardingStage,
    ProviderAccount,
    ProviderAccountStatus,
)
from domain.processes.accounts.onboarding import name_of
from domain.processes.decision import Decision
from entrypoints import configuration, lifecycle
from entrypoints.application import Application
from entrypoints.local.ports import free_port
from ports.email_tokens import EmailTokens
from tests.bench import load
from tests.bench.system import System
from tests.support.builders import funding, process_id, profile

INVESTORS = 32
CONNECTIONS = 32
PASSWORD = "bench-bench-bench"
ORDER = orjson.dumps(
    {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "0.01", "limit_price": "10.00"}
)


async def run(system: System, *, seconds: float) -> tuple[float, float]:
    """Orders per second through the API, and requests per second of the bare handler."""
    system.sandbox(speed=1)
    system.api()
    tokens = await investors(system)
    ours = await load.rate(
        port=system.http_port,
        path="/v1/orders",
        body=ORDER,
        tokens=tokens,
        seconds=seconds,
        connections=CONNECTIONS,
    )
    port = free_port()
    system.start("tests.bench.bare", (str(port),), ready=f"http://127.0.0.1:{port}/health")
    bare = await load.rate(
        port=port,
        path="/orders",
        body=ORDER,
        tokens=tokens,
        seconds=seconds,
        connections=CONNECTIONS,
    )
    return ours, bare


async def investors(system: System) -> list[str]:
    """Approved investors with a million dollars each, and their tokens."""
    settings = configuration.load(system.environment)
    async with lifecycle.running(settings, role="bench") as running:
        letters = HmacEmailTokens(settings.tokens)
        return [await _investor(running.application, letters, n) for n in range(INVESTORS)]


async def _investor(application: Application, letters: EmailTokens, number: int) -> str:
    email = f"bench{number}@example.com"
    registered = await application.registrations.register(email=email, password=PASSWORD)
    token = letters.issue(EmailPurpose.VERIFICATION, registered.id)
    investor = await application.registrations.verify(token, password=PASSWORD)
    onboarding = Onboarding(
        id=process_id(1000 + number),
        investor_id=investor.investor_id,
        profile=profile(email),
        stage=OnboardingStage.APPROVED,
        broker=ProviderAccount(id=f"broker-{number}", standing=ProviderAccountStatus.APPROVED),
        offramp=ProviderAccount(id=f"offramp-{number}", standing=ProviderAccountStatus.APPROVED),
    )
    name = name_of(investor.investor_id)
    await application.processes.open(Decision(onboarding, names=(name,)))
    entry = funding(investor.investor_id, "1000000.00", key=f"seed:{email}")
    await application.ledger.post(entry, at=datetime.now(UTC))  # noqa: TID251 - the edge
    session = await application.sessions.log_in(email=email, password=PASSWORD)
    return session.access_token
