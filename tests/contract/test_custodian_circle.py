from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest

from adapters.circle.client import CircleClient
from adapters.circle.custodian import CircleCustodian
from adapters.http.message import Request, Response
from adapters.http.retrying import Retrying
from adapters.memory.clock import ManualClock
from adapters.memory.ids import SequentialIds
from adapters.resilience.policy import CallPolicy
from domain.ids import FIRM
from domain.wallets.chain import Chain
from ports.errors import ProviderUnavailable
from tests.contract.circle_custody import CircleRig, open_circle
from tests.contract.custodian import OTHER_WALLET, WALLET, CustodianContract
from tests.support.transports import Recording


class TestCircleCustodian(CustodianContract):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[CircleRig]:
        async with open_circle() as rig:
            yield rig

    async def test_all_wallets_are_in_one_set(self, rig: CircleRig) -> None:
        await self.create(rig)
        another = CircleCustodian(rig.client)
        await another.create_wallet(OTHER_WALLET, owner=FIRM, chain=Chain.SOLANA, attempt=1)
        sets = [item async for item in rig.client.wallet_sets()]
        assert [item["name"] for item in sets] == [rig.client.settings.wallet_set_name]

    async def test_the_public_key_is_fetched_once(self, rig: CircleRig) -> None:
        await self.create(rig)
        await self.create(rig)
        assert rig.recording.operations().count("get_entity_public_key") == 1

    async def test_a_try_that_circle_acted_on_is_repeated_without_harm(
        self, rig: CircleRig
    ) -> None:
        """Circle refuses the same ciphertext twice, so a repeated body would be refused (156004)."""
        transport = Retrying(
            AnswersLate(rig.recording),
            clock=ManualClock(),
            ids=SequentialIds(),
            policy=CallPolicy().instant(),
        )
        custodian = CircleCustodian(CircleClient(rig.client.settings, transport=transport))
        made = await custodian.create_wallet(WALLET, owner=FIRM, chain=Chain.BASE, attempt=1)
        tries = rig.recording.operations().count("create_wallets")
        assert tries == 2
        assert [wallet.id for wallet in rig.sandbox.wallets.store] == [made.provider_id]

    async def test_refused_credentials_are_no_verdict_on_the_request(self, rig: CircleRig) -> None:
        settings = attrs.evolve(rig.client.settings, api_key="nonsense")
        custodian = CircleCustodian(CircleClient(settings, transport=rig.recording))
        with pytest.raises(ProviderUnavailable):
            await custodian.create_wallet(WALLET, owner=FIRM, chain=Chain.BASE, attempt=1)


class AnswersLate(Recording):
    """The first request to create is acted on, but a gateway answers in Circle's place."""

    async def send(self, request: Request) -> Response:
        is_first = request.operation not in self.operations()
        response = await super().send(request)
        if is_first and request.operation == "create_wallets":
            return Response(status=504, headers={}, body=b"")
        return response
