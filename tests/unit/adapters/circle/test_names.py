"""Names: of references, chains and tokens, and of the account itself."""

from __future__ import annotations

import uuid

import pytest

from adapters.circle.chains import MAINNET, TESTNET, account_type
from adapters.circle.references import idempotency_key, not_before
from adapters.circle.settings import CircleSettings
from domain.ids import ProcessId, Reference, reference
from domain.wallets.chain import Chain
from tests.unit.adapters.circle.scripted_client import SECRET, SETTINGS

REF = reference(ProcessId("01920000-0000-7000-8000-000000000001"), "payment")


def test_only_wallets_on_evm_chains_are_smart_accounts() -> None:
    for chain, kind in ((Chain.POLYGON, "SCA"), (Chain.SOLANA, "EOA")):
        assert account_type(chain) == kind


def test_an_idempotency_key_is_a_version_4_uuid_and_always_the_same() -> None:
    key = uuid.UUID(idempotency_key(REF))
    assert key.version == 4
    assert str(key) == idempotency_key(REF) != idempotency_key(f"{REF}0")


def test_nothing_can_have_happened_before_its_process_began() -> None:
    start = not_before(REF)
    assert start is not None
    assert start.year == 2024
    assert not_before(Reference("no-process:payment:1")) is None
    assert not_before(Reference(f"{uuid.UUID(int=0)}:payment:1")) is None


@pytest.mark.parametrize("codes", [MAINNET, TESTNET])
def test_every_chain_is_known_and_each_by_its_own_names(
    codes: dict[Chain, tuple[str, str]],
) -> None:
    assert set(codes) == set(Chain)
    assert len({name for names in codes.values() for name in names}) == 2 * len(Chain)


def test_an_entity_secret_has_64_hexadecimal_digits_and_is_not_shown() -> None:
    for wrong in ("", "xyz", SECRET[1:], f"{SECRET}0"):
        with pytest.raises(ValueError, match="entity_secret"):
            CircleSettings(api_key="k", entity_secret=wrong)
    assert SECRET not in repr(SETTINGS)
    assert SETTINGS.api_key not in repr(SETTINGS)
