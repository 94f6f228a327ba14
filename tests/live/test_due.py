"""Due's sandbox: an account is opened once, and everything else is read."""

from __future__ import annotations

import attrs
import pytest

from adapters.due.client import DueClient
from adapters.due.offramp import DueOfframp
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from domain.accounts.onboarding import ProviderAccountStatus
from domain.ids import reference
from tests.contract.offramp_rig import GRACE

pytestmark = pytest.mark.live


@pytest.fixture
def offramp(due: DueClient) -> DueOfframp:
    return DueOfframp.of(due, settings=due.calls.settings, clock=SystemClock())


async def test_accounts_and_endpoints_can_be_listed(due: DueClient) -> None:
    assert all([account.id async for account in due.accounts()])
    assert all([endpoint.url async for endpoint in due.endpoints()])


async def test_an_account_is_one_however_often_it_is_asked_for(offramp: DueOfframp) -> None:
    process = SystemIds().new()
    profile = attrs.evolve(GRACE, email=f"live-{process}@example.org")
    first, again = [
        await offramp.open_account(reference(process, "offramp"), profile=profile, attempt=attempt)
        for attempt in (1, 2)
    ]
    assert first.account_id == again.account_id
    assert first.standing in set(ProviderAccountStatus)
    nothing = await offramp.find_conversion(
        reference(process, "conversion"), account_id=first.account_id, provider_id=None
    )
    assert nothing is None
