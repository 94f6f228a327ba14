"""The control API's routes for faults."""

from __future__ import annotations

from typing import Any

import attrs
import orjson
from aiohttp import web

from sandbox.control_fields import Refused, respond
from sandbox.faults.catalogue import CATALOGUE
from sandbox.faults.faults import RULES_MAX, Active, Faults, TooManyRules
from sandbox.faults.reading import BadRule, read_rule
from sandbox.faults.traffic import Traffic

CONFLICT = 409


@attrs.frozen(kw_only=True)
class FaultRoutes:
    """Handlers under ``/sandbox/faults``, and the list of requests to the providers."""

    _faults: Faults
    _traffic: Traffic

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/faults", self.list),
            web.post("/faults", self.add),
            web.delete("/faults", self.clear),
            web.get("/faults/catalogue", self.catalogue),
            web.get("/faults/{name}", self.show),
            web.delete("/faults/{name}", self.remove),
            web.get("/requests", self.requests),
        ]

    async def list(self, _: web.Request) -> web.Response:
        """The rules in force and how often each has struck."""
        return respond({"faults": self._faults.views()})

    async def add(self, request: web.Request) -> web.Response:
        """A rule, or several as ``{"rules": [...]}``: all of them or none."""
        try:
            document = orjson.loads(await request.read())
        except orjson.JSONDecodeError as error:
            raise Refused("body", f"not JSON: {error}") from None
        try:
            active = load(self._faults, document)
        except BadRule as bad:
            raise Refused(bad.field, str(bad)) from None
        except TooManyRules:
            raise Refused("name", f"at most {RULES_MAX} rules", status=CONFLICT) from None
        if isinstance(document, dict) and "rules" in document:
            return respond({"faults": [each.view() for each in active]}, status=201)
        return respond(active[0].view(), status=201)

    async def clear(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return respond({"faults": []})

    async def show(self, request: web.Request) -> web.Response:
        active = self._faults.get(request.match_info["name"])
        if active is None:
            raise Refused("name", "no such rule", status=404)
        return respond(active.view())

    async def remove(self, request: web.Request) -> web.Response:
        if not self._faults.remove(request.match_info["name"]):
            raise Refused("name", "no such rule", status=404)
        return respond({"faults": self._faults.views()})

    async def catalogue(self, _: web.Request) -> web.Response:
        return respond({"catalogue": [attrs.asdict(each) for each in CATALOGUE.values()]})

    async def requests(self, _: web.Request) -> web.Response:
        """The latest requests to the providers, newest first, with the fault that struck each."""
        return respond({"requests": self._traffic.newest_first(), "counts": self._traffic.counts()})


def load(faults: Faults, document: Any) -> list[Active]:
    """
    Activate the rule of a document, or all under ``rules``.

    Raises ``BadRule`` and ``TooManyRules``; then nothing has changed.
    """
    documents = [document]
    if isinstance(document, dict) and "rules" in document:
        documents = document["rules"]
        if not isinstance(documents, list) or not documents:
            raise BadRule("rules", "must be a list of rules")
    rules = [read_rule(each) for each in documents]
    wanted = {rule.name for rule in rules}
    if len(wanted | set(faults.names())) > RULES_MAX:
        raise TooManyRules
    return [faults.add(rule) for rule in rules]
