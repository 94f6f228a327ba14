"""Reading rules from documents, field by field; a refusal names the field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from sandbox.faults.action import PARAMETERS, Action, Kind, Number
from sandbox.faults.catalogue import CATALOGUE
from sandbox.faults.outcomes import OUTCOMES
from sandbox.faults.rule import Match, Rule

PROVIDERS = ("circle", "alpaca", "alpaca-data", "alpaca-auth", "due", "harbor")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TEXT_MAX = 200
BODY_FIELDS_MAX = 10
TIMES_MAX = 1_000_000


class BadRule(Exception):
    """The document is not a rule; ``field`` is the wrong field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read_rule(document: Any) -> Rule:
    """
    A complete rule, or one of the catalogue, ``{"use": NAME}``, with changes.

    Raises ``BadRule``.
    """
    fields = _Section(document, "", known=("name", "use", "match", "action"))
    use = fields.text("use", None)
    if use is not None and use not in CATALOGUE:
        raise BadRule("use", f"not in the catalogue: {use}")
    given = CATALOGUE[use].rule if use else {}
    match = {**given.get("match", {}), **fields.mapping("match")}
    action = {**given.get("action", {}), **fields.mapping("action")}
    return Rule(
        name=fields.text("name", use) or _missing("name"),
        use=use,
        match=_read_match(_Section(match, "match.", known=[a.name for a in attrs.fields(Match)])),
        action=_read_action(action),
    )


def _read_match(fields: _Section) -> Match:
    times = fields.number("times", Number(0, 1, TIMES_MAX, is_whole=True))
    return Match(
        provider=fields.choice("provider", PROVIDERS),
        method=fields.choice("method", METHODS),
        path=fields.text("path", None),
        body=fields.patterns("body"),
        nth=int(fields.number("nth", Number(1, 1, TIMES_MAX, is_whole=True)) or 1),
        probability=fields.fraction("probability"),
        times=None if times is None else int(times),
        until=fields.moment("until"),
    )


def _read_action(document: Mapping[str, Any]) -> Action:
    kind = Kind(
        _Section(document, "action.", known=document).choice("kind", tuple(Kind))
        or _missing("action.kind")
    )
    names = PARAMETERS.get(kind, {})
    extra = ("point", "outcome") if kind is Kind.OUTCOME else ()
    fields = _Section(document, "action.", known=("kind", *names, *extra))
    numbers = {name: fields.number(name, bounds) for name, bounds in names.items()}
    point = fields.choice("point", tuple(OUTCOMES)) if extra else ""
    outcome = fields.choice("outcome", tuple(OUTCOMES.get(point or "", ()))) if extra else ""
    if extra and not (point and outcome):
        raise BadRule("action.outcome", "point and outcome are required")
    return Action(
        kind=kind,
        numbers={name: value for name, value in numbers.items() if value is not None},
        point=point or "",
        outcome=outcome or "",
    )


def _missing(field: str) -> str:
    raise BadRule(field, "is required")


class _Section:
    """One object of the document."""

    def __init__(self, values: Any, path: str, *, known: Any) -> None:
        if not isinstance(values, Mapping):
            raise BadRule(path.rstrip(".") or "body", "must be an object")
        for name in values:
            if name not in known:
                raise BadRule(f"{path}{name}"[:TEXT_MAX], "is unknown")
        self._values = values
        self._path = path

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise BadRule(self._path + name, "must be an object")
        return value

    def text(self, name: str, default: str | None) -> str | None:
        value = self._values.get(name, default)
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= TEXT_MAX):
            raise BadRule(self._path + name, f"must be a text of 1 to {TEXT_MAX} characters")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.text(name, None)
        if value is not None and value not in choices:
            raise BadRule(self._path + name, f"must be one of {', '.join(choices)}")
        return value

    def number(self, name: str, bounds: Number) -> float | None:
        value = self._values.get(name)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if (
            not is_number
            or not math.isfinite(value)
            or not bounds.minimum <= value <= bounds.maximum
            or (bounds.is_whole and value != int(value))
        ):
            whole = "a whole number" if bounds.is_whole else "a number"
            span = f"{bounds.minimum:g} to {bounds.maximum:g}"
            raise BadRule(self._path + name, f"must be {whole} from {span}")
        return float(value)

    def fraction(self, name: str) -> float:
        value = self.number(name, Number(1, 0, 1))
        return 1.0 if value is None else value

    def moment(self, name: str) -> datetime | None:
        text = self.text(name, None)
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            raise BadRule(self._path + name, "must be an ISO 8601 time") from None
        if moment is not None and moment.tzinfo is None:
            raise BadRule(self._path + name, "must name its time zone")
        return moment

    def patterns(self, name: str) -> dict[str, str]:
        found = self.mapping(name)
        if len(found) > BODY_FIELDS_MAX:
            raise BadRule(self._path + name, f"at most {BODY_FIELDS_MAX} fields")
        return {
            key: _Section(found, f"{self._path}{name}.", known=found).text(key, None) or ""
            for key in found
        }
