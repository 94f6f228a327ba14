"""Webhook endpoints and what was sent to them (due.md §11)."""

from __future__ import annotations

from datetime import datetime

import attrs

from sandbox.due.auth import Call
from sandbox.due.endpoint import Endpoint, SentEvent
from sandbox.due.endpoints import EVENTS, Endpoints
from sandbox.due.pages import Window, page
from sandbox.due.publisher import Publisher
from sandbox.due.routes.table import Route


@attrs.frozen
class Subscriptions:
    _endpoints: Endpoints
    _publisher: Publisher

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v1/webhook_endpoints", self._create),
            Route("GET", "/v1/webhook_endpoints", self._list),
            Route("GET", "/v1/webhook_endpoints/events", self._kinds),
            Route("POST", "/v1/webhook_endpoints/{id}", self._update),
            Route("DELETE", "/v1/webhook_endpoints/{id}", self._delete),
            Route("GET", "/v1/webhook_endpoints/{id}/events", self._posts),
            Route("POST", "/v1/webhook_endpoints/{id}/events/{event_id}/retry", self._retry),
        ]

    def _create(self, call: Call) -> object:
        return self._endpoints.create(call.owner_id, call.body).view()

    def _list(self, call: Call) -> object:
        return [endpoint.view() for endpoint in self._endpoints.of(call.owner_id)]

    def _kinds(self, _: Call) -> object:
        return list(EVENTS)

    def _update(self, call: Call) -> object:
        endpoint = self._endpoint(call)
        self._endpoints.update(endpoint, call.body)
        return endpoint.view()

    def _delete(self, call: Call) -> object:
        self._endpoints.delete(self._endpoint(call))
        return {}

    def _posts(self, call: Call) -> object:
        only_failed = call.query.get("onlyFailed") == "true"
        window = Window.read(call.query)
        return page(
            list(self._endpoint(call).sent.values()),
            window,
            view=SentEvent.view,
            keep=lambda event: (
                (event.is_failed or not only_failed)
                and window.covers(datetime.fromisoformat(event.occurred_at))
            ),
        )

    def _retry(self, call: Call) -> object:
        return self._publisher.retry(self._endpoint(call), call.path["event_id"]).view()

    def _endpoint(self, call: Call) -> Endpoint:
        return self._endpoints.get(call.owner_id, call.path["id"])
