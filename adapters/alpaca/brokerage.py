"""Alpaca as the brokerage: accounts, journals and wires (alpaca.md §2-§6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

import attrs

from adapters.alpaca.account_application import application
from adapters.alpaca.accounts import AccountsApi
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.contracts import OPERATIONS
from adapters.alpaca.errors import looking_first, reading
from adapters.alpaca.funds import FundsApi
from adapters.alpaca.instant_funding_strategy import ID_PREFIX, InstantFundingStrategy
from adapters.alpaca.settings import PROVIDER
from adapters.alpaca.translation import (
    JOURNAL_REISSUED,
    account_reported,
    dollars,
    journal_reported,
    shares,
)
from adapters.alpaca.wires import FirmWires
from domain.accounts.onboarding import Profile
from domain.funding.conversion import PayByWire
from domain.ids import Reference, born_at, process_of
from domain.money import USD, Money
from domain.processes.facts.accounts import BrokerAccountReported
from ports.brokerage import Brokerage, JournalFact, WireFact
from ports.clock import Clock
from ports.errors import ProviderOutcomeUnknown
from ports.fence import UNFENCED, Fence

JOURNALS_MAX = 10_000


@attrs.frozen(kw_only=True)
class AlpacaBrokerage(Brokerage):
    """
    Every effect happens at most once.

    An account is identified by its e-mail address, a journal by our reference (its idempotency key and
    description), a wire by its destination, amount and memo. An investor may be funded by an instant
    transfer instead of a journal; the prefix of the provider id tells which.
    """

    _accounts: AccountsApi
    _funds: FundsApi
    _wires: FirmWires
    _firm_account_id: str
    _instant_funding: InstantFundingStrategy
    _lends: bool = False

    @classmethod
    def over(cls, client: AlpacaClient, *, clock: Clock, lends: bool = False) -> Self:
        """With ``lends``, investors are funded by journal only when Alpaca refuses to lend."""
        funds, firm = FundsApi(client), client.settings.firm_account_id
        return cls(
            accounts=AccountsApi(client),
            funds=funds,
            wires=FirmWires(funds=funds, firm_account_id=firm),
            firm_account_id=firm,
            instant_funding=InstantFundingStrategy.over(client, clock=clock),
            lends=lends,
        )

    @property
    def quiet(self) -> timedelta:
        return OPERATIONS["create_journal"].quiet

    async def open_account(
        self,
        reference: Reference,  # noqa: ARG002 - the e-mail address is the identity
        *,
        profile: Profile,
        attempt: int,
    ) -> BrokerAccountReported:
        if attempt > 1 and (earlier := await self._account_of(profile.email)):
            return earlier
        account = await self._accounts.create(application(profile))
        if account is not None:
            return _account(account)
        if taken := await self._account_of(profile.email):
            return taken
        raise ProviderOutcomeUnknown(
            "the e-mail address already has an account, which cannot be found",
            provider=PROVIDER,
            operation="open_account",
        )

    async def account(self, account_id: str) -> BrokerAccountReported:
        return _account(await self._accounts.get(account_id))

    async def journal(
        self,
        reference: Reference,
        *,
        account_id: str,
        amount: Money,
        to_investor: bool,
        attempt: int,
    ) -> JournalFact:
        if OPERATIONS["create_journal"].looks_first(attempt=attempt):
            with looking_first():
                earlier = await self._described(reference)
            if earlier is not None:
                return _journal(reference, earlier)
        if to_investor and self._lends:
            advance = await self._instant_funding.fund(
                reference, account_id=account_id, amount=amount, attempt=attempt
            )
            if advance is not None:
                return advance
        firm = self._firm_account_id
        source, target = (firm, account_id) if to_investor else (account_id, firm)
        document = {
            "entry_type": "JNLC",
            "from_account": source,
            "to_account": target,
            "amount": amount.decimal,
            "description": reference,
        }
        return _journal(reference, await self._funds.create_journal(document, key=reference))

    async def find_journal(
        self, reference: Reference, *, provider_id: str | None
    ) -> JournalFact | None:
        """By id; by description when there is no id or the journal was re-issued under another id."""
        if provider_id is not None and provider_id.startswith(ID_PREFIX):
            return await self._instant_funding.find(reference, provider_id=provider_id)
        known = None if provider_id is None else await self._funds.get_journal(provider_id)
        if known is None or known.get("status") == JOURNAL_REISSUED:
            known = await self._described(reference) or known
        return None if known is None else _journal(reference, known)

    async def settle_advances(self) -> Money:
        return await self._instant_funding.settle()

    async def wire(
        self,
        reference: Reference,
        *,
        amount: Money,
        to: PayByWire,
        attempt: int,
        fence: Fence = UNFENCED,
    ) -> WireFact:
        return await self._wires.send(reference, amount=amount, to=to, attempt=attempt, fence=fence)

    async def find_wire(self, reference: Reference, *, provider_id: str | None) -> WireFact | None:
        """
        None without an id, because a wire does not carry our reference.

        None does not mean that no wire was sent: ``wire`` with ``attempt`` above 1 finds a lost one.
        """
        if provider_id is None:
            return None
        return await self._wires.find(reference, provider_id=provider_id)

    async def holdings(self, account_id: str | None) -> Mapping[str, Money]:
        holder = account_id or self._firm_account_id
        account = await self._accounts.trading_account(holder)
        positions = await self._accounts.positions(holder)
        with reading("holdings"):
            held = [shares(position["symbol"], position["qty"]) for position in positions]
            cash = dollars(account["cash"])
        return {str(USD): cash} | {str(position.asset): position for position in held}

    async def _account_of(self, email: str) -> BrokerAccountReported | None:
        """The account with exactly this address; Alpaca's search is fuzzy."""
        with looking_first():
            found = await self._accounts.search(email)
        with reading("search_accounts"):
            exact = [
                account
                for account in found
                if str(account["contact"]["email_address"]).lower() == email.lower()
            ]
        return _account(exact[0]) if exact else None

    async def _described(self, reference: Reference) -> Mapping[str, Any] | None:
        journals = await self._funds.list_journals(after=_day_before(reference), limit=JOURNALS_MAX)
        with reading("list_journals"):
            for journal in journals:
                is_current = journal.get("status") != JOURNAL_REISSUED
                if journal.get("description") == reference and is_current:
                    return journal
        if len(journals) >= JOURNALS_MAX:
            raise ProviderOutcomeUnknown(
                f"the journal is not among the {JOURNALS_MAX} that were read",
                provider=PROVIDER,
                operation="find_journal",
            )
        return None


def _account(account: Mapping[str, Any]) -> BrokerAccountReported:
    with reading("get_account"):
        return account_reported(str(account["id"]), str(account["status"]))


def _journal(reference: Reference, journal: Mapping[str, Any]) -> JournalFact:
    with reading("get_journal"):
        return journal_reported(
            reference,
            journal_id=str(journal["id"]),
            status=str(journal["status"]),
            amount=journal.get("net_amount"),
        )


def _day_before(reference: Reference) -> str | None:
    """The day before the process began, from the time in its id; it bounds the search."""
    start = born_at(process_of(reference))
    return None if start is None else (start - timedelta(days=1)).date().isoformat()
