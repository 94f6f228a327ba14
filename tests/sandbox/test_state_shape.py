"""
Changes of the state's shape are noticed, old names are read as today's, foreign names are refused.

``STATE_SHAPE=write`` in the environment writes today's shape into the golden file.
"""

from __future__ import annotations

import builtins
import inspect
import io
import os
import pickle
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from domain.money import USDC, Money
from sandbox import snapshot_format, state_names
from sandbox.chain import FAUCET, Output
from sandbox.clock import SandboxClock
from sandbox.snapshot import VERSION, read_snapshot
from sandbox.world import World, create_world
from tests.sandbox.circle_customer import AMOY, SOME_ADDRESS
from tests.sandbox.circle_inbox import open_inbox
from tests.sandbox.providers_client import open_sandbox
from tests.sandbox.state_shape import shape_of
from tests.sandbox.state_story import Story

SHAPE = Path(__file__).parent / "golden" / "shape.txt"
ADVICE = (
    "the shape of the sandbox's state changed: raise VERSION in sandbox/snapshot.py, or write the step"
    " that reads the old shape (a new name: sandbox/state_names.py; anything else: a __setstate__);"
    " then run this test once with STATE_SHAPE=write"
)


async def test_the_shape_of_the_state_is_the_one_that_was_agreed(tmp_path: Path) -> None:
    async with open_inbox() as inbox, open_sandbox(tmp_path / "state") as providers:
        await Story(providers).begin(inbox.url)
    snapshot = read_snapshot(tmp_path / "state")
    shape = "\n".join([f"version {VERSION}", *shape_of(snapshot)]) + "\n"
    if os.environ.get("STATE_SHAPE") == "write":
        SHAPE.write_text(shape)
    assert shape.splitlines() == SHAPE.read_text().splitlines(), ADVICE


def test_a_new_field_changes_the_shape() -> None:
    world = create_world(seed=1, speed=0)
    before = shape_of(world)
    vars(world.chain)["more"] = 0
    (changed,) = set(shape_of(world)) - set(before)
    assert changed.startswith("chain.Chain: ")
    assert "more" in changed


@attrs.define
class Calling:
    """Pickles as a call of ``function``."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.function, self.arguments


@pytest.mark.parametrize(
    "function", [os.system, builtins.eval, subprocess.Popen, io.open, read_snapshot, getattr]
)
def test_a_state_calls_nothing_but_what_a_state_consists_of(function: Callable[..., Any]) -> None:
    with pytest.raises(pickle.UnpicklingError, match="is not"):
        snapshot_format.load(pickle.dumps(Calling(function, (World, "__init__"))))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sandbox.world", "os"),
        ("sandbox.world", "os.system"),
        ("sandbox.world", "Chain"),
        ("sandbox.snapshot", "replace_file"),
        ("sandboxes", "World"),
        ("os", "system"),
    ],
)
def test_a_name_is_looked_up_only_where_it_is_defined(module: str, name: str) -> None:
    reader = snapshot_format.StateUnpickler(io.BytesIO())
    with pytest.raises(pickle.UnpicklingError, match="not part of a state"):
        reader.find_class(module, name)


@pytest.mark.parametrize("name", ["__class__", "__dict__", "speed", "no_such_method"])
def test_only_methods_of_the_sandbox_are_taken_from_an_object(name: str) -> None:
    clock = create_world(seed=1, speed=0).clock
    with pytest.raises(pickle.UnpicklingError, match="is not a method of the sandbox"):
        snapshot_format.load(pickle.dumps(Calling(getattr, (clock, name))))


def test_what_the_table_of_names_leads_to_exists_and_what_it_leads_from_does_not() -> None:
    reader = snapshot_format.StateUnpickler(io.BytesIO())
    for old, new in state_names.CLASSES.items():
        module, _, name = old.rpartition(".")
        found = reader.find_class(f"{state_names.OLD_PACKAGE}{module}", name)
        assert f"{found.__module__}.{found.__qualname__}" == f"sandbox.{new}"
        assert new not in state_names.CLASSES
    for table, has in ((state_names.FIELDS, has_field), (state_names.METHODS, hasattr)):
        for written, names in table.items():
            module, _, name = written.rpartition(".")
            cls = reader.find_class(f"{state_names.PACKAGE}{module}", name)
            for old, new in names.items():
                assert has(cls, new), f"{written} has no {new}"
                assert not has(cls, old), f"{written} still has {old}"


def has_field(cls: type, name: str) -> bool:
    """Whether an instance has the field; of a class without attrs the source says so."""
    if attrs.has(cls):
        return name in attrs.fields_dict(cls)
    return re.search(rf"\bself\.{name}(:.+)? = ", inspect.getsource(cls)) is not None


def test_old_names_of_fields_and_methods_are_read_as_todays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = create_world(seed=1, speed=0)
    world.chain.send(AMOY, (Output(FAUCET, SOME_ADDRESS, Money.of("1", USDC)),))
    fields = {"clock.SandboxClock": {"fired": "fired_today"}}
    monkeypatch.setattr(state_names, "FIELDS", fields)
    monkeypatch.setattr(state_names, "METHODS", {"chain.Chain": {"_confirm": "_finalise"}})
    clock = snapshot_format.load(snapshot_format.dump(world)).clock
    assert type(clock) is SandboxClock
    assert vars(clock)["fired_today"] == 0
    assert "fired" not in vars(clock)
    assert [timer[2].func.__name__ for timer in vars(clock)["_timers"]] == ["_finalise"] * 2
