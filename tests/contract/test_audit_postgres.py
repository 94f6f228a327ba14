from __future__ import annotations

from tests.contract.audit import AuditTrailContract
from tests.contract.stores import InPostgres


class TestPostgresAuditTrail(InPostgres, AuditTrailContract):
    """The audit trail in the store of record."""
