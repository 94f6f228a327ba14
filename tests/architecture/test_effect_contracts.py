"""The pages of the integrations show the effect contracts that the clients use."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.http.operation import Operation, OperationKind, by_name
from scripts.effect_contracts import PROVIDERS, table

PAGES = Path(__file__).parents[2] / "docs" / "integrations"
ADAPTERS = Path(__file__).parents[2] / "adapters"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_page_has_the_providers_table(provider: str) -> None:
    page = (PAGES / f"{provider}.md").read_text()
    assert table(PROVIDERS[provider]) in page, f"python -m scripts.effect_contracts {provider}"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_with_a_table_is_an_adapter_and_the_other_way_round(provider: str) -> None:
    found = {path.parent.name for path in ADAPTERS.glob("*/contracts.py")}
    assert found == set(PROVIDERS)
    assert (ADAPTERS / provider / "client.py").exists()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_operation_is_used(provider: str) -> None:
    sources = "\n".join(
        path.read_text()
        for path in (ADAPTERS / provider).glob("*.py")
        if path.name != "contracts.py"
    )
    assert [name for name in PROVIDERS[provider] if f'"{name}"' not in sources] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_moves_money_is_found_again_by_an_operation_that_reads(provider: str) -> None:
    operations = PROVIDERS[provider]
    moving = [each for each in operations.values() if each.kind is OperationKind.MONEY]
    assert moving
    for each in moving:
        assert operations[each.look_up.partition(":")[0]].kind is OperationKind.READ


def test_what_has_no_key_says_how_long_it_may_still_happen() -> None:
    with pytest.raises(ValueError, match="quiet time"):
        Operation(name="pay", kind=OperationKind.MONEY, look_up="find: memo")


def test_money_that_could_not_be_found_again_cannot_be_described() -> None:
    with pytest.raises(ValueError, match="needs a look-up"):
        Operation(name="pay", kind=OperationKind.MONEY, key="Idempotency-Key")


def test_a_key_is_not_relied_on_for_longer_than_is_published() -> None:
    pay = Operation(name="pay", kind=OperationKind.MONEY, key="key", look_up="find: key")
    kept = Operation(
        name="pay", kind=OperationKind.MONEY, key="key", look_up="find: key", window_s=86_400
    )
    bare = Operation(name="pay", kind=OperationKind.MONEY, look_up="find: memo", quiet_s=60.0)
    assert [each.looks_first(attempt=1) for each in (pay, kept, bare)] == [False] * 3
    assert [each.looks_first(attempt=2) for each in (pay, kept, bare)] == [True, False, True]
    assert [each.is_repeatable for each in (pay, kept, bare)] == [True, True, False]


def test_an_operation_that_nobody_described_is_not_there() -> None:
    with pytest.raises(KeyError):
        by_name()["pay"]
