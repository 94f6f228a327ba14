from __future__ import annotations

from tests.contract.audit import AuditTrailContract
from tests.contract.stores import InMemory


class TestInMemoryAuditTrail(InMemory, AuditTrailContract):
    """The audit trail of the twin."""
