"""Paying a transfer with signatures: the intent, and its submission (due.md §9 B)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import attrs

from domain.money import Money
from sandbox.chain import InsufficientOnChain, Output
from sandbox.due.account import Account
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields
from sandbox.due.funding import Funding
from sandbox.due.rails import CHAIN_BY_RAIL
from sandbox.due.transfer import Status, Transfer
from sandbox.due.wire import amount_text, new_id, stamp
from sandbox.world import World

# guess: a signature is 65 bytes; the sandbox does not verify it.
SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")
STEPS = ("Permit", "PayoutIntent")


@attrs.define(kw_only=True, eq=False)
class Intent:
    """The document that the owner of the sending wallet signs; one for a transfer."""

    id: str
    token: str
    transfer: Transfer
    address: str
    nonce: str
    hashes: tuple[str, ...]
    created_at: datetime
    tx_hash: str | None = None

    def view(self) -> dict[str, object]:
        terms, source = self.transfer.terms, self.transfer.source.details or {}
        amount = amount_text(terms.source)
        return {
            "id": self.id,
            "token": self.token,
            "ownerId": self.transfer.owner_id,
            "sender": f"{source['schema']}:{source['address']}",
            "amountIn": amount,
            "to": {self.address: amount},
            "tokenIn": terms.source.asset.code,
            "tokenOut": terms.source.asset.code,
            "networkIdIn": terms.source_leg.rail,
            "networkIdOut": terms.source_leg.rail,
            "gasFee": "0",
            "signables": [self._signable(*step) for step in zip(STEPS, self.hashes, strict=True)],
            "nonce": self.nonce,
            "hash": self.hashes[-1],
            "reference": f"{self.transfer.id}:deposit",
            "expiresAt": stamp(self.transfer.expires_at or self.created_at),
            "createdAt": stamp(self.created_at),
        }

    def _signable(self, step: str, digest: str) -> dict[str, object]:
        """guess: the newer of the two shapes that Due's guides have."""
        value = {
            "primaryType": step,
            "domain": {"name": "DuePayout"},
            "message": {"to": self.address, "nonce": self.nonce},
        }
        return {"payload": {"kind": "typed_data", "value": value}, "hash": digest}


@attrs.define(kw_only=True)
class Intents:
    _world: World
    _funding: Funding
    _by_id: dict[str, Intent] = attrs.field(factory=dict)
    _by_transfer: dict[str, Intent] = attrs.field(factory=dict)

    def of(self, transfer: Transfer) -> Intent:
        """The intent of a transfer, the same at every call. Raises ``DueRefusal``."""
        if not transfer.terms.source_leg.is_crypto:
            raise DueRefusal("err_transfer_intent_should_be_crypto", "the transfer is not crypto")
        if transfer.status != Status.AWAITING_FUNDS:
            raise DueRefusal("err_transfer_not_awaiting_funds", "Transfer is not awaiting funds")
        known = self._by_transfer.get(transfer.id)
        return known or self._add(transfer)

    def get(self, account: Account, intent_id: str) -> Intent:
        intent = self._by_id.get(intent_id)
        if intent is None or intent.transfer.owner_id != account.id:
            raise DueRefusal("err_transfer_intent_not_found", "Transfer intent not found")
        return intent

    def submit(self, account: Account, fields: Fields) -> dict[str, object]:
        """Put the signed payment on chain. Raises ``DueRefusal``; then nothing is paid."""
        intent = self.get(account, fields.text("id"))
        if fields.text("token") != intent.token:
            raise DueRefusal("err_transfer_intent_invalid_token", "not the token of the intent")
        if fields.optional("reference") not in {None, f"{intent.transfer.id}:deposit"}:
            raise DueRefusal("err_transfer_intent_has_different_id", "not the intent's transfer")
        if intent.tx_hash or intent.transfer.status != Status.AWAITING_FUNDS:
            raise DueRefusal("err_transfer_intent_already_completed", "nothing is left to pay")
        _check_signatures(fields.values.get("signables"))
        intent.tx_hash = self._pay(intent, intent.transfer.terms.source)
        return {
            "id": intent.id,
            "status": Status.PAYMENT_SUBMITTED.value,
            "txHashIn": intent.tx_hash,
            "createdAt": self._world.clock.stamp(),
        }

    def _pay(self, intent: Intent, amount: Money) -> str:
        sender = str((intent.transfer.source.details or {})["address"])
        chain = CHAIN_BY_RAIL[intent.transfer.terms.source_leg.rail]
        try:
            sent = self._world.chain.send(chain, (Output(sender, intent.address, amount),))
        except InsufficientOnChain:
            raise DueRefusal("err_insufficient_balance", "the wallet holds too little") from None
        return sent[0].tx_hash

    def _add(self, transfer: Transfer) -> Intent:
        random = self._world.random
        intent = Intent(
            id=new_id("ti_", random),
            token=new_id("", random),
            transfer=transfer,
            address=self._funding.open_address(transfer),
            nonce=str(random.getrandbits(64)),
            hashes=tuple(f"0x{random.getrandbits(256):064x}" for _ in STEPS),
            created_at=self._world.clock.now(),
        )
        self._by_id[intent.id] = self._by_transfer[transfer.id] = intent
        return intent


def _check_signatures(signables: Any) -> None:
    if not isinstance(signables, list) or len(signables) != len(STEPS):
        raise DueRefusal("err_transfer_intent_failure", "submit every signable")
    for each in signables:
        signature = each.get("signature") if isinstance(each, dict) else None
        if not isinstance(signature, str) or not SIGNATURE.fullmatch(signature):
            raise DueRefusal("err_transfer_intent_failure", "a signature is missing or malformed")
