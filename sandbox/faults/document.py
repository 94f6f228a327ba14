"""``python -m sandbox.faults.document > docs/sandbox-faults.md``: the page about faults."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from sandbox.faults.action import DELIVERY_KINDS, PARAMETERS, REQUEST_KINDS, Kind
from sandbox.faults.catalogue import CATALOGUE
from sandbox.faults.faults import RULES_MAX
from sandbox.faults.magic import MAGIC
from sandbox.faults.outcomes import OUTCOMES

INTRODUCTION = f"""# Faults of the sandbox

Written by `python -m sandbox.faults.document`. A fault is a rule: what it matches, and what
it does then. How each of them ends in the whole system is in [the results](sandbox-faults-results.md).

A rule is switched on by its name in the catalogue, or written out; {RULES_MAX} may be in force at once, and
of those that match the first that strikes decides. What was on is kept in the state file.

```sh
S=http://127.0.0.1:8090/sandbox
curl -X POST $S/faults -d '{{"use": "alpaca-journal-timeout-after"}}'
curl -X POST $S/faults -d '{{"use": "due-webhook-late", "action": {{"delay_s": 600}}}}'
curl -X POST $S/faults -d '{{"name": "flaky", "match": {{"provider": "circle", "probability": 0.1}},
  "action": {{"kind": "error", "status": 503}}}}'
curl $S/faults
curl -X DELETE $S/faults/flaky
curl -X DELETE $S/faults
```

`--faults FILE` puts `{{"rules": [...]}}` in force from the start; a `.yaml` file is read where PyYAML is
installed. `GET /sandbox/faults` counts how often each rule matched and struck, `GET /sandbox/requests`
and `GET /sandbox/webhooks` show what was struck.
"""
MATCHES = {
    "`provider`": "`circle`, `alpaca`, `alpaca-data`, `alpaca-auth`, `due` or `harbor`",
    "`method`, `path`": "of a request, without the provider's prefix; `*` and `?` stand for anything."
    " Of a webhook, the path of the subscriber",
    "`body`": "fields by dotted path, with `*` and `?`: of a request, of a webhook, or of the thing that"
    " an outcome is about",
    "`nth`": "strikes from this match on; 1 unless given",
    "`times`": "at most so often; without end unless given",
    "`probability`": "from 0 to 1, drawn from the sandbox's seed and the rule's name",
    "`until`": "not after this moment of the sandbox's clock",
}
OF_MAGIC = """## Magic values

They need no rule. Those of the provider itself are in its documents; the others are this sandbox's.
"""
MEANINGS = {
    Kind.ERROR: "the request is refused with a status, and does nothing",
    Kind.THROTTLE: "429 with `Retry-After`",
    Kind.DELAY: "the request takes so many real seconds longer",
    Kind.TIMEOUT_BEFORE: "nothing happens, and nothing is answered for so many real seconds",
    Kind.TIMEOUT_AFTER: "it takes effect, and nothing is answered for so many real seconds",
    Kind.RESET: "the connection is reset, and nothing happens",
    Kind.MALFORMED: "it takes effect, and half of the body is answered",
    Kind.DROP: "the webhook is never sent",
    Kind.DUPLICATE: "it is sent so many times more",
    Kind.REORDER: "it is sent after the next one to the same address, or a virtual minute later",
    Kind.LATE: "it is sent so many virtual seconds later",
    Kind.MISSIGN: "its signature fits nothing",
    Kind.OUTCOME: "something at the provider goes another way: `point` and `outcome` below",
}


def document() -> str:
    """The whole page."""
    parts = [
        INTRODUCTION,
        "## What a rule matches\n",
        _table(("Field", "Meaning"), MATCHES.items()),
        "## What it does then\n",
        _table(("`kind`", "Strikes", "What happens", "Parameters"), map(_kind, Kind)),
        "## Outcomes\n",
        _table(("`point`", "`outcome`", "What happens"), _outcomes()),
        "## The catalogue\n",
        _table(("`use`", "Flow", "What happens"), _catalogue()),
        OF_MAGIC,
        _table(("Provider", "Where", "Value", "What happens", "Whose"), _magic()),
    ]
    return "\n".join(parts)


def _kind(kind: Kind) -> Sequence[str]:
    where = "a request" if kind in REQUEST_KINDS else "a provider"
    numbers = ", ".join(
        f"`{name}` {bounds.minimum:g} to {bounds.maximum:g}, {bounds.default:g} unless given"
        for name, bounds in PARAMETERS.get(kind, {}).items()
    )
    return f"`{kind}`", "a webhook" if kind in DELIVERY_KINDS else where, MEANINGS[kind], numbers


def _outcomes() -> Iterable[Sequence[str]]:
    for point, ways in OUTCOMES.items():
        for outcome, what in ways.items():
            yield f"`{point}`", f"`{outcome}`", what


def _catalogue() -> Iterable[Sequence[str]]:
    return ((f"`{each.name}`", each.flow, each.description) for each in CATALOGUE.values())


def _magic() -> Iterable[Sequence[str]]:
    for each in MAGIC:
        whose = "the provider's" if each.documented else "ours"
        yield each.provider, each.where, each.value, each.effect, whose


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("|  |", "| |") + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
