"""The webhook inbox: stores verified messages byte for byte, to be read later, and rejected ones apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from domain.errors import DomainError
from ports.clock import Clock
from ports.inbound import (
    ForgedMessage,
    ReplayedMessage,
    SourceClosed,
    StaleMessage,
    UnknownSigningKey,
    UnreadableMessage,
    UnsignedMessage,
    Webhooks,
)
from ports.job_signal import JobSignal
from ports.processes import Processes, UnitOfWork
from ports.rejected_webhooks import RejectedWebhook, RejectedWebhooks, RejectionReason
from ports.request_context import CurrentRequest

_VERDICTS: Mapping[type[DomainError], RejectionReason] = {
    ForgedMessage: RejectionReason.FORGED,
    UnsignedMessage: RejectionReason.MALFORMED,
    UnreadableMessage: RejectionReason.MALFORMED,
    UnknownSigningKey: RejectionReason.UNKNOWN_KEY,
    StaleMessage: RejectionReason.STALE,
    ReplayedMessage: RejectionReason.REPLAYED,
    SourceClosed: RejectionReason.CLOSED,
}
HEADER_LENGTH_MAX = 1024


@attrs.frozen
class WebhookService:
    _processes: Processes
    _webhooks: Mapping[str, Webhooks]
    _clock: Clock
    _job_signal: JobSignal
    _deliveries: RejectedWebhooks
    _current_request: CurrentRequest

    async def receive(self, source: str, *, body: bytes, headers: Mapping[str, str]) -> None:
        """
        Store the message and the job of reading it, in one commit.

        Raises what ``Webhooks.verify`` raises; then the request is stored as a rejected webhook, with the
        verdict. A message that was received before is not stored again. A source that is not configured is
        closed.
        """
        webhooks = self._webhooks.get(source)
        try:
            if webhooks is None:
                raise SourceClosed
            message = await webhooks.verify(body, headers)
        except DomainError as refusal:
            if verdict := verdict_on(refusal):
                signature_headers = _shown(headers, webhooks.signature_headers if webhooks else ())
                await self._keep_apart(
                    verdict, body, source=source, signature_headers=signature_headers
                )
            raise
        await self._processes.commit(UnitOfWork(at=self._clock.now(), messages=(message,)))
        await self._job_signal.notify()

    async def subscribe(self, urls: Mapping[str, str]) -> None:
        """Have each provider send its webhooks to its URL."""
        for source, url in urls.items():
            await self._webhooks[source].subscribe(url)

    async def _keep_apart(
        self,
        verdict: RejectionReason,
        body: bytes,
        *,
        source: str,
        signature_headers: Mapping[str, str],
    ) -> None:
        await self._deliveries.refuse(
            RejectedWebhook.of(
                body,
                source=source,
                received_at=self._clock.now(),
                verdict=verdict,
                headers=signature_headers,
                ip=self._current_request.current().ip,
            )
        )


def verdict_on(refusal: DomainError) -> RejectionReason | None:
    """``None`` if the error is not about the message, which may be valid and should be sent again."""
    return _VERDICTS.get(type(refusal))


def _shown(headers: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The named headers as printable text, with all values of a repeated one, truncated."""
    shown: dict[str, list[str]] = {}
    for name, value in headers.items():
        if name.lower() in names:
            shown.setdefault(name.lower(), []).append(ascii(value)[1:-1])
    return {name: ", ".join(values)[:HEADER_LENGTH_MAX] for name, values in shown.items()}
