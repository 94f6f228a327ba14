"""An attribute may get another name in Python; the field of the document keeps its own."""

from __future__ import annotations

import attrs
import pytest

from adapters import documents
from adapters.documents import STORED_NAMES, converter_of
from domain.processes.facts.accounts import PasswordSet


@attrs.frozen(kw_only=True)
class _ByWire:
    account: str


@attrs.frozen(kw_only=True)
class _OnChain:
    address: str


@attrs.frozen(kw_only=True)
class _Held:
    paused_stage: str | None = None
    pay: _ByWire | _OnChain | None = None


@attrs.frozen(kw_only=True)
class _HeldLonger(_Held):
    until: int


CONVERTER = converter_of({_Held: {"paused_stage": "paused_at"}, _OnChain: {"address": "to"}})


@pytest.mark.parametrize("pay", [_ByWire(account="1"), _OnChain(address="0x1"), None])
def test_a_field_is_stored_under_its_stored_name(pay: _ByWire | _OnChain | None) -> None:
    held = _Held(paused_stage="confirmed", pay=pay)
    document = CONVERTER.unstructure(held)
    assert list(document) == ["paused_at", "pay"]
    assert CONVERTER.structure(document, _Held) == held
    if isinstance(pay, _OnChain):
        assert document["pay"] == {"to": "0x1"}


def test_a_subclass_has_names_of_its_own() -> None:
    document = CONVERTER.unstructure(_HeldLonger(paused_stage="confirmed", until=7))
    assert document == {"paused_stage": "confirmed", "pay": None, "until": 7}
    assert CONVERTER.structure(document, _HeldLonger).until == 7


def test_what_a_fact_hides_stays_hidden_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {PasswordSet: {"password_hash": "hash"}}
    monkeypatch.setattr(documents, "STORED_NAMES", names)
    monkeypatch.setattr(documents, "_converter", converter_of(names))
    assert documents.history_of(PasswordSet(password_hash="secret")) == {"reason": None}


def test_every_stored_name_is_of_an_attribute() -> None:
    for cls, names in STORED_NAMES.items():
        assert set(names) <= {field.name for field in attrs.fields(cls)}
