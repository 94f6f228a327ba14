"""The control API's routes for the lines of the providers' books, to plant differences in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import attrs
from aiohttp import web

from sandbox.control_fields import ControlFields, Refused, read_fields, respond


class Entries(Protocol):
    """The lines of one provider's book; every method raises ``Refused``."""

    def of_owner(self, owner: str) -> Sequence[Mapping[str, Any]]: ...
    def add(self, fields: ControlFields) -> Mapping[str, Any]: ...
    def remove(self, entry_id: str) -> None: ...
    def repeat(self, entry_id: str, *, anonymous: bool) -> Mapping[str, Any]: ...
    def change(self, entry_id: str, fields: ControlFields) -> Mapping[str, Any]: ...


@attrs.frozen
class EntryRoutes:
    """Handlers under ``/sandbox/entries``. Each change is the provider's own, of which nothing tells."""

    _entries: Mapping[str, Entries]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/entries/{provider}", self.list),
            web.post("/entries/{provider}", self.add),
            web.post("/entries/{provider}/{id}", self.change),
            web.delete("/entries/{provider}/{id}", self.remove),
            web.post("/entries/{provider}/{id}/repeat", self.repeat),
        ]

    async def list(self, request: web.Request) -> web.Response:
        """The lines of ``owner``: an account at Alpaca or Due, a wallet's id or address at Circle."""
        found = self._of(request).of_owner(request.query.get("owner", ""))
        return respond({"entries": list(found)})

    async def add(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        return respond(self._of(request).add(fields), status=201)

    async def change(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        return respond(self._of(request).change(request.match_info["id"], fields))

    async def remove(self, request: web.Request) -> web.Response:
        self._of(request).remove(request.match_info["id"])
        return respond({})

    async def repeat(self, request: web.Request) -> web.Response:
        anonymous = (await read_fields(request)).flag("anonymous", default=False)
        again = self._of(request).repeat(request.match_info["id"], anonymous=anonymous)
        return respond(again, status=201)

    def _of(self, request: web.Request) -> Entries:
        found = self._entries.get(request.match_info["provider"])
        if found is None:
            raise Refused("provider", f"must be one of {', '.join(self._entries)}", status=404)
        return found
