"""
Reconciliation: compares the ledger with what the providers and the chain say, owner by owner.

What differs becomes a break.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.onboarding import Onboarding, OnboardingStage
from domain.errors import DomainError
from domain.ids import FIRM, InvestorId, LookupKey, ProcessId
from domain.ledger.account import Account
from domain.money import Asset, Money
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.processes.kinds import kind_of
from domain.reconciliation.break_record import Break
from domain.reconciliation.difference import BreakClass, Difference, LineKind, Place
from domain.reconciliation.schedule import ReconciliationSchedule
from domain.services.commits.processes import ProcessService
from domain.services.operations.break_records import CAUSE, BreakRecords
from domain.services.operations.readings import Balances, BooksReader, Reading
from domain.wallets.wallet import CustodyWallet, Wallet
from ports.books import Holder, WorldBooks
from ports.custody import Custodian
from ports.errors import ProviderError, StoreUnavailable
from ports.ledger import Ledger
from ports.processes import Processes, Versioned
from ports.search import Search


@attrs.frozen(kw_only=True)
class Comparison:
    """One asset at one place, in our ledger and at the provider, and the breaks between them."""

    place: str
    asset: Asset
    ours: Money
    theirs: Money
    differences: Sequence[Difference] = ()
    in_flight: bool = False

    @property
    def agrees(self) -> bool:
        """Whether nothing differs but what is in flight."""
        return not self.differences and (self.in_flight or self.ours == self.theirs)


@attrs.frozen(kw_only=True)
class Checked:
    """What one owner's books said; ``unreadable`` are the providers that did not answer."""

    readings: Sequence[Reading]
    unreadable: Sequence[str]


@attrs.frozen
class ReconciliationService:
    _ledger: Ledger
    _processes: Processes
    _search: Search
    _books: tuple[WorldBooks, ...]
    _reader: BooksReader
    _records: BreakRecords
    _commits: ProcessService
    _custodian: Custodian
    _schedule: ReconciliationSchedule

    async def owners(self, *, after: ProcessId | None, limit: int) -> Sequence[Onboarding]:
        """Every investor with an account at a provider, newest first."""
        stages = [stage.value for stage in OnboardingStage]
        found = await self._search.in_stages(
            {kind_of(Onboarding): stages}, before=after, limit=limit
        )
        return [each.record for each in found if isinstance(each.record, Onboarding)]

    async def check(self, owner: InvestorId, *, complete: bool, recorded: bool = True) -> Checked:
        """
        Compare one owner's books at every place, and keep the records of breaks, if ``recorded``.

        A provider that does not answer leaves the breaks there as they are.
        """
        holder = await self.holder(owner)
        current = await self._records.current(owner)
        readings, unreadable = [], []
        for books in self._books:
            if books.place is Place.OFFRAMP and holder.offramp_account_id is None:
                continue  # the firm's holding there is the sum of the investors'
            try:
                reading = await self._read(books, holder, current, complete=complete)
            except ProviderError as error:
                unreadable.append(f"{books.place.value}: {error.detail}")
                continue
            readings.append(reading)
            if recorded:
                await self._records.record(owner, reading, current)
                await self._take_in_arrivals(holder, reading)
        return Checked(readings=readings, unreadable=unreadable)

    async def compare(self, investors: Sequence[InvestorId] | None) -> Sequence[Comparison]:
        """Every line of the firm's books and of these owners', or of all; nothing is recorded."""
        owners = list(investors) if investors is not None else await self._all()
        rows: list[Comparison] = []
        for owner in (FIRM, *owners):
            checked = await self.check(owner, complete=True, recorded=False)
            for reading in checked.readings:
                rows += _rows(reading, owner)
        return rows

    async def imbalances(self) -> dict[str, str]:
        return dict(await self._ledger.imbalances())

    async def check_ledger(self) -> None:
        """Compare the ledger with its own postings, and its two sides with each other."""
        wrong = await self._ledger.imbalances()
        found = [
            Difference(
                key=f"item:{name}",
                cls=BreakClass.AMOUNT,
                amount=Money(1, _asset_of(name)),
                evidence=(name, text),
            )
            for name, text in wrong.items()
        ]
        reading = Reading(place=Place.LEDGER, balances={}, differences=found)
        await self._records.record(FIRM, reading, await self._records.current(FIRM))

    async def _all(self) -> Sequence[InvestorId]:
        found: list[InvestorId] = []
        after: ProcessId | None = None
        while page := await self.owners(after=after, limit=self._schedule.owners_max):
            found += [each.investor_id for each in page]
            after = page[-1].id
        return found

    async def _read(
        self,
        books: WorldBooks,
        holder: Holder,
        current: Sequence[Versioned[Break]],
        *,
        complete: bool,
    ) -> Reading:
        if books.place is Place.CHAIN:
            custodian = next(each for each in self._books if each.place is Place.CUSTODIAN)
            return await self._reader.read_chain(books, custodian, holder)
        breaks = [each.record for each in current]
        return await self._reader.read(books, holder, current=breaks, complete=complete)

    async def _take_in_arrivals(self, holder: Holder, reading: Reading) -> None:
        """Hand USDC whose arrival nothing reported to the process of its deposit."""
        if reading.place is not Place.CUSTODIAN or holder.owner == FIRM:
            return
        for each in reading.differences:
            is_arrival = each.what == LineKind.PAYMENT.value and each.amount.is_positive
            if each.about is not None or not is_arrival or not each.key.startswith("item:"):
                continue
            transaction_id = each.key.removeprefix("item:")
            try:
                seen = await self._custodian.find_arrival(transaction_id)
                if seen is not None:
                    about = LookupKey(TRANSACTION, transaction_id)
                    await self._commits.apply_external(about, seen, cause=CAUSE)
            except StoreUnavailable:
                raise
            except DomainError:
                continue  # the break stays

    async def holder(self, owner: InvestorId) -> Holder:
        wallets = await self._processes.of_investor(owner, kind=Wallet)
        onboardings = await self._processes.of_investor(owner, kind=Onboarding, limit=1)
        onboarding = onboardings[0].record if onboardings else None
        return Holder(
            owner=owner,
            wallets=[
                CustodyWallet(
                    chain=wallet.chain, wallet_id=wallet.provider_id, address=wallet.address
                )
                for wallet in (each.record for each in wallets)
                if wallet.provider_id and wallet.address
            ],
            broker_account_id=onboarding.broker.id if onboarding else None,
            offramp_account_id=onboarding.offramp.id if onboarding else None,
        )


def _asset_of(name: str) -> Asset:
    """The asset of a ledger account by its name, or the asset that ``name`` is."""
    return Account.parse(name).asset if ":" in name else Asset.parse(name)


def _rows(reading: Reading, owner: InvestorId) -> Sequence[Comparison]:
    by_asset = {
        asset: [each for each in reading.differences if each.asset == asset]
        for asset in {*reading.balances, *(each.asset for each in reading.differences)}
    }
    return [
        _row(reading, owner, asset, differences) for asset, differences in sorted(by_asset.items())
    ]


def _row(
    reading: Reading, owner: InvestorId, asset: Asset, differences: Sequence[Difference]
) -> Comparison:
    off = Money(sum(each.amount.minor for each in differences), asset)
    balances = reading.balances.get(asset, Balances(ours=Money.zero(asset), theirs=off))
    return Comparison(
        place=f"{reading.place.value} {owner}",
        asset=asset,
        ours=balances.ours,
        theirs=balances.theirs,
        differences=differences,
        in_flight=asset in reading.unsteady,
    )
