"""Settings that could be loaded and still must not be used."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from entrypoints.configuration import load
from entrypoints.settings import Settings
from entrypoints.settings_checks import SettingsProbe, UnfitSettings, weaknesses
from tests.component.test_settings import ENVIRON

GIVEN = {
    "STACK__HTTP__PUBLIC_URL": "https://api.example.com",
    "STACK__CIRCLE__API_KEY": "LIVE_API_KEY:0123:4567",
    "STACK__CIRCLE__TESTNET": "false",
    "STACK__DUE__API_KEY": "a key that is long enough",
    "STACK__ALPACA__KEY": "a key that is long enough",
    "STACK__ALPACA__SECRET": "a secret that is long enough",
    "STACK__ALPACA__FIRM_ACCOUNT_ID": "11111111-2222-4333-8444-555555555555",
}


def settings(changes: Mapping[str, str] | None = None) -> Settings:
    """Those of an environment that is nobody's laptop."""
    loaded = load({**ENVIRON, **GIVEN, **(changes or {})})
    return attrs.evolve(loaded, environment="staging")


async def test_real_keys_and_addresses_are_fit() -> None:
    assert list(weaknesses(settings())) == []
    await SettingsProbe(settings()).check()


async def test_a_laptop_may_have_anything() -> None:
    laptop = load(ENVIRON)
    await SettingsProbe(laptop).check()
    with pytest.raises(UnfitSettings):
        await SettingsProbe(attrs.evolve(laptop, environment="staging")).check()


@pytest.mark.parametrize(
    ("name", "given", "path"),
    [
        ("STACK__ALPACA__SECRET", "sandbox", "alpaca.secret"),
        ("STACK__DUE__API_KEY", "sandbox", "due.api_key"),
        ("STACK__HTTP__PUBLIC_URL", "http://127.0.0.1:8080", "http.public_url"),
        ("STACK_SANDBOX_URL", "http://127.0.0.1:8090", "circle.base_url"),
        ("STACK__CIRCLE__API_KEY", "TEST_API_KEY:0123:4567", "circle.testnet"),
    ],
)
async def test_what_is_unfit_is_named_and_not_shown(name: str, given: str, path: str) -> None:
    with pytest.raises(UnfitSettings, match=path) as unfit:
        await SettingsProbe(settings({name: given})).check()
    assert given not in str(unfit.value)
