"""The references of a deposit's effects, as they are in the current attempt."""

from __future__ import annotations

from domain.funding.deposit import Deposit
from domain.ids import Reference, reference


def arrival(deposit: Deposit) -> Reference:
    """Nothing is done under it: a look-up asks about the transfer."""
    return reference(deposit.id, "arrival")


def conversion(deposit: Deposit) -> Reference:
    return reference(deposit.id, "offramp", deposit.attempt)


def payment(deposit: Deposit) -> Reference:
    return reference(deposit.id, "payment", deposit.attempt)


def funding(deposit: Deposit) -> Reference:
    return reference(deposit.id, "funding", deposit.funding_attempt)
