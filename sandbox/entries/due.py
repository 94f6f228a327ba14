"""What the off-ramp's list of transfers may say otherwise: removed, repeated and changed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from sandbox.control_fields import ControlFields, Refused
from sandbox.due.errors import DueRefusal
from sandbox.due.transfer import Transfer
from sandbox.due.transfers import Transfers
from sandbox.due.wire import new_id
from sandbox.world import World

View = Mapping[str, Any]


@attrs.frozen
class DueEntries:
    """Only the list changes, since Due shows no balance: no money moves, and no webhook tells."""

    _world: World
    _transfers: Transfers

    def of_owner(self, owner: str) -> Sequence[View]:
        return [each.view() for each in self._transfers if each.owner_id == owner]

    def add(self, fields: ControlFields) -> View:  # noqa: ARG002 - as the protocol has it
        raise Refused("provider", "pay in with POST /due/dev/payin", status=404)

    def remove(self, entry_id: str) -> None:
        self._transfers.remove(self._find(entry_id))

    def repeat(self, entry_id: str, *, anonymous: bool) -> View:
        """A second transfer; ``anonymous`` has neither a memo nor a virtual account."""
        first = self._find(entry_id)
        source, destination = first.source, first.destination
        if anonymous:
            source = attrs.evolve(source, virtual_account_id=None)
            destination = attrs.evolve(destination, memo=None)
        again = attrs.evolve(
            first,
            id=new_id("tf_", self._world.random),
            source=source,
            destination=destination,
            created_at=self._world.clock.now(),
        )
        self._transfers.enter(again)
        return again.view()

    def change(self, entry_id: str, fields: ControlFields) -> View:
        """Another ``amount`` delivered, or another ``fee``, which is taken from what was delivered."""
        found = self._find(entry_id)
        terms = found.terms
        asset = terms.destination.asset
        if "fee" in fields.values:
            fee = fields.money("fee", asset)
            left = terms.destination + terms.fee - fee
        else:
            fee, left = terms.fee, fields.money("amount", asset)
        if fee.minor < 0 or not left.is_positive:
            raise Refused("fee" if "fee" in fields.values else "amount", "out of range")
        found.terms = attrs.evolve(terms, fee=fee, destination=left)
        return found.view()

    def _find(self, entry_id: str) -> Transfer:
        try:
            return self._transfers.find(entry_id)
        except DueRefusal:
            raise Refused("id", "no such transfer", status=404) from None
