"""Buying power lent by Alpaca until our dollars arrive, and its settlement (alpaca.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import structlog

from adapters.alpaca.accounts import AccountsApi
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.errors import looking_first, reading
from adapters.alpaca.instant_funding import InstantFundingApi
from adapters.alpaca.settings import PROVIDER, Originator
from domain.ids import Reference, born_at, process_of
from domain.money import USD, Money
from domain.processes.facts.funding import JournalAccepted, JournalExecuted, JournalRejected
from ports.brokerage import JournalFact
from ports.clock import Clock
from ports.errors import ProviderOutcomeUnknown, ProviderRejected

ID_PREFIX = "instant:"
USABLE = frozenset({"EXECUTED", "COMPLETED"})
ENDED = frozenset({"CANCELED", "FAILED"})
UNDER_WAY = frozenset({"PENDING", "AWAITING_ADDITIONAL_FUNDS"})
SETTLED_MAX = 50_000
# guess: Alpaca does not publish how long it remembers a key; we assume at least an hour.
KEY_TRUSTED = timedelta(hours=1)

_log = structlog.get_logger(__name__)


@attrs.frozen(kw_only=True)
class InstantFundingStrategy:
    """
    Instant funding instead of a journal from the firm to an investor.

    A transfer does not carry our reference; only its request carries it, as the idempotency key. We
    rely on the key for ``KEY_TRUSTED`` after the start of the process. After that, any transfer of the
    same amount to the account since the start may be the lost one, and a person must check.
    """

    _api: InstantFundingApi
    _accounts: AccountsApi
    _clock: Clock
    _firm_account_id: str
    _originator: Originator

    @classmethod
    def over(cls, client: AlpacaClient, *, clock: Clock) -> InstantFundingStrategy:
        return cls(
            api=InstantFundingApi(client),
            accounts=AccountsApi(client),
            clock=clock,
            firm_account_id=client.settings.firm_account_id,
            originator=client.settings.originator,
        )

    async def fund(
        self, reference: Reference, *, account_id: str, amount: Money, attempt: int
    ) -> JournalFact | None:
        """None, without any effect, when Alpaca does not lend (any more, or to this account)."""
        number = await self._number(account_id)
        if attempt > 1 and not self._is_fresh(reference):
            await self._require_none(reference, number=number, amount=amount)
        document = {
            "account_no": number,
            "source_account_no": await self._number(self._firm_account_id),
            "amount": amount.decimal,
        }
        try:
            return _fact(reference, await self._api.create(document, key=reference))
        except ProviderRejected as refused:
            _log.warning("advance.refused", reference=reference, error=refused.detail)
            return None

    async def find(self, reference: Reference, *, provider_id: str) -> JournalFact | None:
        transfer = await self._api.get(provider_id.removeprefix(ID_PREFIX))
        return None if transfer is None else _fact(reference, transfer)

    async def settle(self) -> Money:
        """
        Repay everything lent, with at most one settlement at a time. Returns the amount repaid.

        Alpaca waits for the firm's dollars when they have not arrived (AWAITING_ADDITIONAL_FUNDS).
        """
        with reading("list_settlements"):
            found = await self._api.settlements()
            if any(settlement["status"] in UNDER_WAY for settlement in found):
                return Money.zero(USD)
        lent = [transfer async for transfer in self._api.transfers(status="EXECUTED")]
        if not lent:
            return Money.zero(USD)
        settlement = await self._api.settle(self._payment(lent[:SETTLED_MAX]))
        with reading("settle_instant_funding"):
            return Money.of(str(settlement["total_amount"]), USD)

    def _payment(self, lent: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        # guess: the originator is the firm, whose bank account the dollars come from.
        sender = {
            f"originator_{name}": text for name, text in attrs.asdict(self._originator).items()
        }
        with reading("list_instant_funding"):
            return {
                "transfers": [
                    {"instant_transfer_id": str(transfer["id"]), "transmitter_info": sender}
                    for transfer in lent
                ]
            }

    def _is_fresh(self, reference: Reference) -> bool:
        start = born_at(process_of(reference))
        return start is not None and self._clock.now() - start < KEY_TRUSTED

    async def _require_none(self, reference: Reference, *, number: str, amount: Money) -> None:
        """Raises ``ProviderOutcomeUnknown`` when an existing transfer may be the lost one."""
        start = born_at(process_of(reference)) or datetime.min.replace(tzinfo=UTC)
        with looking_first(), reading("list_instant_funding"):
            async for transfer in self._api.transfers():
                is_like = (
                    transfer["account_no"] == number
                    and Money.of(str(transfer["amount"]), USD) == amount
                    and transfer["status"] not in ENDED
                    and datetime.fromisoformat(transfer["created_at"]) >= start
                )
                if is_like:
                    raise ProviderOutcomeUnknown(
                        "an existing instant transfer may be the effect of a request whose answer was lost",
                        provider=PROVIDER,
                        operation="create_instant_funding",
                    )

    async def _number(self, account_id: str) -> str:
        account = await self._accounts.get(account_id)
        with reading("get_account"):
            return str(account["account_number"])


def _fact(reference: Reference, transfer: Mapping[str, Any]) -> JournalFact:
    """An unknown status counts as pending."""
    with reading("get_instant_funding"):
        provider_id, status = f"{ID_PREFIX}{transfer['id']}", str(transfer["status"])
    if status in USABLE:
        return JournalExecuted(reference=reference, provider_id=provider_id)
    if status in ENDED:
        return JournalRejected(
            reference=reference, reason=f"the broker's instant transfer is {status}"
        )
    return JournalAccepted(reference=reference, provider_id=provider_id)
