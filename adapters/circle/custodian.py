"""Wallets and USDC at Circle. Every write has an idempotency key, so repeating it is harmless."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from adapters.circle.chains import Network, account_type
from adapters.circle.client import CircleClient
from adapters.circle.contracts import OPERATIONS
from adapters.circle.errors import reading
from adapters.circle.references import idempotency_key, not_before
from adapters.circle.settings import PROVIDER
from adapters.circle.translation import STUCK, Transaction
from domain.ids import InvestorId, Reference
from domain.money import USDC, Money
from domain.processes.facts.funding import InboundTransfer, PaymentAccepted, WalletCreated
from domain.timestamps import rfc3339
from domain.wallets.chain import Chain
from domain.wallets.wallet import AddressSource, CustodyWallet
from ports.custody import Custodian, PaymentFact
from ports.errors import ProviderError, ProviderOutcomeUnknown, ProviderUnavailable

APPROVED = "APPROVED"
FROZEN = "FROZEN"

_log = structlog.get_logger()


class CircleCustodian(Custodian):
    """The custodian behind Circle's developer-controlled wallets."""

    def __init__(self, client: CircleClient) -> None:
        self._client = client
        self._network = Network(client.settings.testnet)
        self._wallet_set_id = client.settings.wallet_set_id

    @property
    def quiet(self) -> timedelta:
        return OPERATIONS["transfer"].quiet

    async def create_wallet(
        self,
        reference: Reference,
        *,
        owner: InvestorId,
        chain: Chain,
        attempt: int,
        also: Sequence[Chain] = (),
        shares: AddressSource | None = None,
    ) -> WalletCreated:
        del owner  # Circle is not given investors' identities
        if shares is not None:
            return await self._derived(reference, shares, chain=chain)
        if OPERATIONS["create_wallets"].looks_first(attempt=attempt):
            earlier = await self._client.wallets(reference)
            if earlier:
                return self._created(reference, earlier, chain=chain)
        document = {
            "walletSetId": await self._wallet_set(),
            "blockchains": [self._network.code(each) for each in (chain, *also)],
            "accountType": account_type(chain),
            "count": 1,
            "metadata": [{"refId": reference}],
        }
        wallets = await self._client.create_wallets(document, key=idempotency_key(reference))
        return self._created(reference, wallets, chain=chain)

    async def _derived(
        self, reference: Reference, source: AddressSource, *, chain: Chain
    ) -> WalletCreated:
        wallet_id, code = source.wallet_id, self._network.code(chain)
        if wallet_id is None:
            there = await self._client.wallets(source.reference)
            if not there:
                raise ProviderUnavailable(
                    "the wallet whose address it shares is not there yet", provider=PROVIDER
                )
            with reading("find_wallets"):
                wallet_id = str(there[0]["id"])
        made = await self._client.derive_wallet(wallet_id, code=code, ref_id=source.reference)
        with reading("derive_wallet"):
            return self._created(reference, [made], chain=chain)

    def _created(self, reference: Reference, wallets: Any, *, chain: Chain) -> WalletCreated:
        """A wallet at another address is no sibling: that address is not given to anyone."""
        with reading("create_wallets"):
            by_code = {wallet["blockchain"]: wallet for wallet in wallets}
            made = by_code[self._network.code(chain)]
            address = chain.require_address(made["address"], field="address")
            others = {
                each: by_code.get(self._network.code(each)) for each in chain.same_address_chains
            }
            siblings = tuple(
                CustodyWallet(chain=each, wallet_id=str(other["id"]), address=other["address"])
                for each, other in others.items()
                if other and each.same_address(other["address"], address)
            )
            return WalletCreated(
                reference=reference,
                provider_id=str(made["id"]),
                address=address,
                siblings=siblings,
            )

    async def send(
        self,
        reference: Reference,
        *,
        wallet: CustodyWallet,
        destination: str,
        amount: Money,
        attempt: int,
    ) -> PaymentFact:
        del attempt  # a retry is preceded by a look-up, see ``find_payment``
        document = {
            "walletId": wallet.wallet_id,
            "tokenId": self._network.usdc(wallet.chain),
            "destinationAddress": destination,
            "amounts": [amount.decimal],
            "feeLevel": self._client.settings.fee_level,
            "refId": reference,
        }
        transfer = await self._client.transfer(document, key=idempotency_key(reference))
        with reading("transfer"):
            return PaymentAccepted(reference=reference, provider_id=str(transfer["id"]))

    async def find_payment(
        self, reference: Reference, *, provider_id: str | None
    ) -> PaymentFact | None:
        found = await (self._get(provider_id) if provider_id else self._search(reference))
        if found and found.state == STUCK:
            await self._accelerate(found)
        return found.payment(reference) if found else None

    async def _accelerate(self, stuck: Transaction) -> None:
        """
        At most once for each submission to the chain, told apart by the transaction hash.

        A failure does not affect the look-up's result; the next look-up tries again.
        """
        key = idempotency_key(f"accelerate {stuck.id} {stuck.tx_hash}")
        try:
            await self._client.accelerate(stuck.id, key=key)
        except ProviderError as failed:
            _log.warning("payment.not_hurried", transaction=stuck.id, error=failed.detail)
        else:
            _log.info("payment.hurried", transaction=stuck.id, tx_hash=stuck.tx_hash)

    async def inbound_since(self, since: datetime) -> Sequence[InboundTransfer]:
        """An unreadable transfer is logged and skipped, so that it does not block those after it."""
        filters = {"txType": "INBOUND", "from": rfc3339(since), "order": "ASC"}
        items = self._client.transactions(filters, is_partial=True)
        listed = [self._arrival(item) async for item in items]
        return [seen for seen in listed if seen is not None]

    async def find_arrival(self, transaction_id: str) -> InboundTransfer | None:
        transaction = await self._get(transaction_id)
        with reading("get_transaction"):
            return transaction.arrival() if transaction else None

    async def frozen(self, wallets: Sequence[CustodyWallet]) -> Collection[str]:
        return {each.wallet_id for each in wallets if await self._is_frozen(each)}

    async def screen(self, address: str, *, chain: Chain) -> str | None:
        """guess: what is neither approved nor denied, such as a result that is new, is not approved."""
        if not self._client.settings.screening:
            return None
        said = await self._client.screen({"address": address, "chain": self._network.code(chain)})
        with reading("screen_address"):
            if said["result"] == APPROVED:
                return None
            return str(said["decision"].get("ruleName") or said["result"])

    async def _is_frozen(self, wallet: CustodyWallet) -> bool:
        found = await self._client.wallet(wallet.wallet_id)
        with reading("get_wallet"):
            return bool(found["state"] == FROZEN)

    async def holdings(self, wallets: Sequence[CustodyWallet]) -> Mapping[str, Money]:
        return {wallet.wallet_id: await self._holding(wallet) for wallet in wallets}

    async def _holding(self, wallet: CustodyWallet) -> Money:
        balances = await self._client.balances(wallet.wallet_id)
        token = self._network.usdc(wallet.chain)
        with reading("get_balances"):
            amounts = [b["amount"] for b in balances if b["token"]["id"] == token]
            return sum((Money.of(text, USDC) for text in amounts), Money.zero(USDC))

    def _arrival(self, item: Any) -> InboundTransfer | None:
        try:
            with reading("list_transactions"):
                transaction = Transaction.read(item)
                is_usdc = self._network.is_usdc(transaction.token_id)
                return transaction.arrival() if is_usdc else None
        except ProviderOutcomeUnknown as unreadable:
            _log.error("arrival.unreadable", item=repr(item)[:500], error=unreadable.detail)
            return None

    async def _get(self, transaction_id: str) -> Transaction | None:
        item = await self._client.transaction(transaction_id)
        with reading("get_transaction"):
            return Transaction.read(item) if item else None

    async def _search(self, reference: Reference) -> Transaction | None:
        """Newest first: a transfer whose response was lost is among the latest."""
        filters = {"txType": "OUTBOUND", "order": "DESC"}
        if start := not_before(reference):
            filters["from"] = rfc3339(start)
        async for item in self._client.transactions(filters):
            with reading("list_transactions"):
                transaction = Transaction.read(item)
            if transaction.ref_id == reference:
                return transaction
        return None

    async def _wallet_set(self) -> str:
        if self._wallet_set_id is None:
            self._wallet_set_id = await self._named_set() or await self._new_set()
        return self._wallet_set_id

    async def _named_set(self) -> str | None:
        async for item in self._client.wallet_sets():
            with reading("list_wallet_sets"):
                if item.get("name") == self._client.settings.wallet_set_name:
                    return str(item["id"])
        return None

    async def _new_set(self) -> str:
        name = self._client.settings.wallet_set_name
        key = idempotency_key(f"wallet set {name}")
        created = await self._client.create_wallet_set({"name": name}, key=key)
        with reading("create_wallet_set"):
            return str(created["id"])
