"""Circle's own client for Node against the sandbox; ``make sdk-node`` fetches it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import orjson
import pytest

from tests.sandbox.circle_sdk import open_developer

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / ".artifacts" / "node" / "node_modules"
PACKAGE = MODULES / "@circle-fin" / "developer-controlled-wallets"
SCRIPT = HERE / "circle_node_sdk.cjs"
NODE = shutil.which("node")
ADDED_UP = {
    "setName": "renamed",
    "sets": 1,
    "name": "main",
    "derivedAlike": True,
    "states": ["COMPLETE", "CANCELLED", "STUCK"],
    "lowest": True,
    "freed": "COMPLETE",
    "held": ["3", "7"],
    "listed": 4,
    "holders": 2,
    "nfts": 0,
    "networkFee": "0.0065",
    "parameters": "25",
    "valid": True,
    "signatures": [132, 132],
    "signed": "0x02",
    "key": "-----BEGIN PUBLIC KEY-----",
    "token": "USDC",
    "monitored": ["USDC"],
    "enabled": False,
    "subscriptions": 1,
    "ciphertext": True,
    "recoverable": True,
}
REFUSED = {
    "unfunded": (155201, 400),
    "delegate": (155510, 400),
    "unknownKey": (3, 404),
    "nobody": (156001, 404),
}


@pytest.mark.skipif(NODE is None, reason="no node here")
@pytest.mark.skipif(not PACKAGE.exists(), reason="not fetched: make sdk-node")
async def test_every_method_of_the_node_client_is_answered(tmp_path: Path) -> None:
    async with open_developer() as developer:
        arguments = (str(SCRIPT), str(PACKAGE), developer.url, str(tmp_path))
        process = await asyncio.create_subprocess_exec(
            str(NODE), *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        output, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    found = orjson.loads(output.splitlines()[-1])
    seen = found["seen"]
    assert found["missing"] == []
    assert {name: seen[name] for name in ADDED_UP} == ADDED_UP
    assert seen["byReference"] == seen["expected"]
    assert {name: (seen[name]["code"], seen[name]["status"]) for name in REFUSED} == REFUSED
