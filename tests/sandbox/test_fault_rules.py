"""Rules as documents: reading, refusals with the field's name, and lists."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from sandbox.faults.catalogue import CATALOGUE
from sandbox.faults.faults import RULES_MAX
from sandbox.faults.files import read_file
from sandbox.faults.reading import BadRule, read_rule
from tests.sandbox.fault_client import FaultClient
from tests.sandbox.providers_client import open_sandbox
from tests.support.waiting import LIMIT_S

RULE: dict[str, Any] = {"name": "mine", "action": {"kind": "error"}}


@pytest.fixture
async def faults() -> AsyncIterator[FaultClient]:
    async with open_sandbox(None) as providers:
        yield FaultClient(providers)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_rule_of_the_catalogue_can_be_read(name: str) -> None:
    rule = read_rule({"use": name})
    assert (rule.name, rule.use, rule.match.times) == (name, name, 1)
    assert rule.point


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ([], "body"),
        ({"use": "nothing"}, "use"),
        ({"action": {"kind": "error"}}, "name"),
        ({"name": "x" * 201, "action": {"kind": "error"}}, "name"),
        ({"name": "x"}, "action.kind"),
        ({**RULE, "more": 1}, "more"),
        ({**RULE, "action": {"kind": "explode"}}, "action.kind"),
        ({**RULE, "action": {"kind": "error", "status": 200}}, "action.status"),
        ({**RULE, "action": {"kind": "error", "status": 500.5}}, "action.status"),
        ({**RULE, "action": {"kind": "error", "hold_s": 1}}, "action.hold_s"),
        ({**RULE, "action": {"kind": "timeout_after", "hold_s": 1e9}}, "action.hold_s"),
        ({**RULE, "action": {"kind": "outcome"}}, "action.outcome"),
        ({**RULE, "action": {"kind": "outcome", "point": "moon"}}, "action.point"),
        (
            {**RULE, "action": {"kind": "outcome", "point": "alpaca.order", "outcome": "denied"}},
            "action.outcome",
        ),
        ({**RULE, "match": {"provider": "bank"}}, "match.provider"),
        ({**RULE, "match": {"method": "get"}}, "match.method"),
        ({**RULE, "match": {"path": 5}}, "match.path"),
        ({**RULE, "match": {"nth": 0}}, "match.nth"),
        ({**RULE, "match": {"times": True}}, "match.times"),
        ({**RULE, "match": {"probability": 1.5}}, "match.probability"),
        ({**RULE, "match": {"until": "tomorrow"}}, "match.until"),
        ({**RULE, "match": {"until": "2030-01-01T00:00:00"}}, "match.until"),
        ({**RULE, "match": {"body": {"a": 1}}}, "match.body.a"),
        ({**RULE, "match": {"body": {str(n): "x" for n in range(11)}}}, "match.body"),
        ({"rules": []}, "rules"),
        ({"rules": [RULE, {}]}, "name"),
    ],
)
async def test_a_wrong_rule_is_refused_by_its_field_and_nothing_is_switched_on(
    faults: FaultClient, rule: Any, field: str
) -> None:
    status, answer = await faults.control("POST", "/faults", rule)
    assert (status, answer["error"]["field"]) == (400, field)
    assert await faults.control("GET", "/faults") == (200, {"faults": []})


async def test_rules_are_listed_replaced_and_switched_off(faults: FaultClient) -> None:
    await faults.switch_on("alpaca-order-rejected")
    await faults.control("POST", "/faults", {"rules": [RULE, {**RULE, "name": "other"}]})
    await faults.control("POST", "/faults", {**RULE, "match": {"nth": 3}})
    _, listed = await faults.control("GET", "/faults")
    assert [(each["name"], each["match"]["nth"]) for each in listed["faults"]] == [
        ("alpaca-order-rejected", 1),
        ("mine", 3),
        ("other", 1),
    ]
    await faults.control("DELETE", "/faults/mine")
    assert (await faults.control("GET", "/faults/mine"))[0] == 404
    assert (await faults.control("DELETE", "/faults/mine"))[0] == 404
    assert await faults.control("DELETE", "/faults") == (200, {"faults": []})


async def test_there_is_an_end_to_how_many_rules_may_be_in_force(faults: FaultClient) -> None:
    rules = [{**RULE, "name": str(number)} for number in range(RULES_MAX)]
    assert (await faults.control("POST", "/faults", {"rules": rules}))[0] == 201
    status, refusal = await faults.control("POST", "/faults", RULE)
    assert (status, refusal["error"]["field"]) == (409, "name")
    assert (await faults.control("POST", "/faults", rules[0]))[0] == 201


@pytest.mark.parametrize("name", ["faults.json", "faults.yaml"])
async def test_a_file_of_rules_is_in_force_from_the_start(tmp_path: Path, name: str) -> None:
    if name.endswith("yaml"):
        pytest.importorskip("yaml")
    file = tmp_path / name
    file.write_bytes(orjson.dumps({"rules": [{"use": "alpaca-order-reset"}, RULE]}))
    async with open_sandbox(None, faults=file) as providers:
        _, listed = await FaultClient(providers).control("GET", "/faults")
    assert [each["name"] for each in listed["faults"]] == ["alpaca-order-reset", "mine"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("a.yaml", b"a: [b"), ("none.json", None), ("big.json", b" " * 2_000_000)],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadRule, match=name):
        read_file(file)


async def test_a_wrong_file_stops_the_start_with_exit_code_2(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_bytes(orjson.dumps({"use": "nothing"}))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--faults", str(file)),
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(LIMIT_S):
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.decode() == "use: not in the catalogue: nothing\n"
