from __future__ import annotations

from domain.funding.deposit import DepositStage
from domain.ids import ProviderRef
from domain.processes.funding.deposit_settlement import TRANSACTION
from tests.service.stories import onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


async def test_a_deposit_whose_finality_nobody_tells_is_asked_after() -> None:
    world = World()
    ada = await onboarded(world)
    assert ada.wallet.address is not None
    seen = world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"), final=False)
    about = ProviderRef(TRANSACTION, seen.transaction_id)
    await world.app.processes.hear(about, seen, cause="webhook")
    await world.let_pass(60)
    assert (await ada.deposit()).stage is DepositStage.DETECTED

    world.custodian.finalise(seen.transaction_id)
    await world.let_pass(400)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)
