"""Finds valid settings that only a development environment may have."""

from __future__ import annotations

from collections.abc import Iterator

from entrypoints.settings import Settings
from ports.health import Probe

SETTLE_MIN_S = 300.0
"""By then the broker has listed a settlement whose response was lost, or will not make it."""
SECRET_LENGTH_MIN = 12
CIRCLE_TEST_KEY = "TEST_API_KEY"
LOCAL_ENVIRONMENTS = frozenset({"development", "test"})


class UnfitSettings(Exception):
    """Some settings must not be used in this environment; the message has their paths, not their values."""


class SettingsProbe(Probe):
    """Checks that the settings fit the environment. The result is the same for the life of a process."""

    name = "settings"
    critical = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def check(self) -> None:
        found = list(weaknesses(self._settings))
        if found:
            raise UnfitSettings(", ".join(found))


def weaknesses(settings: Settings) -> Iterator[str]:
    """The paths of the settings that must not be used in this environment."""
    if settings.environment in LOCAL_ENVIRONMENTS:
        return
    secrets = {
        "circle.api_key": settings.circle.api_key,
        "due.api_key": settings.due.api_key,
        "alpaca.key": settings.alpaca.key,
        "alpaca.secret": settings.alpaca.secret,
    }
    yield from (path for path, value in secrets.items() if len(value) < SECRET_LENGTH_MIN)
    addresses = {
        "http.public_url": settings.http.public_url,
        "circle.base_url": settings.circle.base_url,
        "due.base_url": settings.due.base_url,
        "alpaca.base_url": settings.alpaca.base_url,
    }
    yield from (path for path, url in addresses.items() if not url.startswith("https://"))
    if settings.retries.quiet_scale < 1:
        yield "retries.quiet_scale"
    if settings.worker.settle_s < SETTLE_MIN_S:
        yield "worker.settle_s"
    if settings.circle.testnet is not settings.circle.api_key.startswith(CIRCLE_TEST_KEY):
        yield "circle.testnet"
