"""The overview of one investor, for staff."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.investor import Investor, InvestorNotFound
from domain.accounts.onboarding import OnboardingRequired, OnboardingStage
from domain.ids import InvestorId
from domain.limits import Tier
from domain.services.accounts.investors import InvestorService
from domain.services.accounts.onboarding import OnboardingService
from domain.services.accounts.sessions import SessionService
from domain.services.commits.limits import LimitService
from domain.services.trading.portfolio import AssetBalance, PortfolioService


@attrs.frozen(kw_only=True)
class InvestorOverview:
    """``onboarding`` is ``None`` before it is submitted."""

    investor: Investor
    onboarding: OnboardingStage | None
    tier: Tier
    balances: Sequence[AssetBalance]
    sessions: int


@attrs.frozen
class OverviewService:
    _investors: InvestorService
    _accounts: OnboardingService
    _limits: LimitService
    _portfolio: PortfolioService
    _sessions: SessionService

    async def overview(self, investor_id: InvestorId) -> InvestorOverview:
        """Raises ``InvestorNotFound``."""
        known = await self._investors.get(investor_id)
        if known is None:
            raise InvestorNotFound
        return InvestorOverview(
            investor=known.record,
            onboarding=await self._onboarding(investor_id),
            tier=await self._limits.tier(investor_id),
            balances=await self._portfolio.balances(investor_id),
            sessions=len(await self._sessions.list(investor_id)),
        )

    async def _onboarding(self, investor_id: InvestorId) -> OnboardingStage | None:
        try:
            return (await self._accounts.onboarding(investor_id)).stage
        except OnboardingRequired:
            return None
