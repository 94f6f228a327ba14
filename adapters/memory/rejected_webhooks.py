"""Rejected webhooks in memory."""

from __future__ import annotations

from datetime import datetime

from ports.rejected_webhooks import PER_MINUTE, RejectedWebhook, RejectedWebhooks


class InMemoryRejectedWebhooks(RejectedWebhooks):
    """``kept`` has the stored ones; with ``is_away`` it behaves as if its store did not answer."""

    def __init__(self) -> None:
        self.is_away = False
        self.kept: list[RejectedWebhook] = []

    async def refuse(self, delivery: RejectedWebhook) -> bool:
        minute = (delivery.source, _minute(delivery.received_at))
        same = [each for each in self.kept if (each.source, _minute(each.received_at)) == minute]
        if self.is_away or len(same) >= PER_MINUTE:
            return False
        self.kept.append(delivery)
        return True

    async def sweep(self, *, received_before: datetime, limit: int) -> int:
        old = [each for each in self.kept if each.received_at < received_before][:limit]
        self.kept = [each for each in self.kept if each not in old]
        return len(old)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
