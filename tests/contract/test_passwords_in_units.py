from __future__ import annotations

from tests.contract.passwords_in_units import PasswordsInUnitsContract
from tests.contract.stores import InMemory, InPostgres


class TestInMemory(InMemory, PasswordsInUnitsContract):
    """The twin."""


class TestInPostgres(InPostgres, PasswordsInUnitsContract):
    """The store of record."""
