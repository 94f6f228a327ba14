"""What the broker's stream and the off-ramp's webhooks say of an investor is what the investor sees."""

from __future__ import annotations

from typing import Any

import pytest

from entrypoints.cli.walk import PROFILE
from tests.e2e.investor import Investor


@pytest.mark.parametrize(
    ("family_name", "stage"), [("Action", "action_required"), ("Reject", "rejected")]
)
async def test_a_check_that_does_not_pass_is_shown(
    ann: Investor, family_name: str, stage: str
) -> None:
    """The sandbox's reviewers read names."""
    await ann.walk.register()
    submitted = await ann.api.post("/v1/onboarding", PROFILE | {"family_name": family_name})
    assert submitted["stage"] == "submitted"
    found: Any = await ann.reaches("/v1/onboarding", stage)
    assert stage in {found["broker"]["standing"], found["offramp"]["standing"]}
    assert (found["offramp"]["action_url"] is not None) == (stage == "action_required")
    assert await ann.refused("POST", "/v1/wallets", {"chain": "polygon"}) == (422, "ERR_5401", [])
