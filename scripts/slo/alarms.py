"""Prometheus' alerts from the alarms, and Alertmanager's routes from their severities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.slo.duration import Duration, Pace
from scripts.slo.model import Alarm, Severity, Source, runbook_of, within
from scripts.slo.rules import Group, Rule, group

SECRETS = "/etc/alertmanager/secrets"
TICKETS_URL = "http://alert-tickets.internal:8080/alerts"
"""The service that makes tickets of alerts."""

Receiver = Mapping[str, Any]


def alarms(source: Source, pace: Pace) -> Group:
    return group("stack-alarms", [_alert(alarm, pace) for alarm in source.alarms], source, pace)


def expression(alarm: Alarm, pace: Pace) -> str:
    """The PromQL expression that the alarm compares with its limit."""
    return within(pace(alarm.window), alarm.value)


def _alert(alarm: Alarm, pace: Pace) -> Rule:
    return {
        "alert": alarm.name,
        "expr": f"({expression(alarm, pace)}) {alarm.comparison}",
        "for": str(pace(alarm.lasting)),
        "labels": {"severity": alarm.severity.value},
        "annotations": {
            "summary": alarm.means,
            "value": "{{ $value | humanize }}",
            "runbook_url": runbook_of(alarm.runbook),
        },
    }


def receivers() -> Sequence[Receiver]:
    """The receivers of production. Their secrets are in files that the platform provides."""
    text = {"text": "{{ .CommonAnnotations.summary }} {{ .CommonAnnotations.runbook_url }}"}
    return (
        {
            "name": Severity.PAGE.value,
            "pagerduty_configs": [{"routing_key_file": f"{SECRETS}/pagerduty"}],
        },
        {
            "name": Severity.SLACK.value,
            "slack_configs": [
                {"api_url_file": f"{SECRETS}/slack", "channel": "#stack-alerts", **text}
            ],
        },
        {
            "name": Severity.TICKET.value,
            "webhook_configs": [{"url": TICKETS_URL, "http_config": _bearer("tickets")}],
        },
        {"name": Severity.LOG.value},
    )


def posted_to(url: str) -> Sequence[Receiver]:
    """Receivers that post each severity to ``url`` under its own name, for a machine without pagers."""
    return [
        {"name": each.value, "webhook_configs": [{"url": f"{url}/{each.value}"}]}
        for each in Severity
    ]


def routing(to: Sequence[Receiver], pace: Pace) -> Mapping[str, Any]:
    """Alertmanager's configuration. A page about an objective inhibits the tickets about it."""
    wait, again, repeat = (str(pace(Duration.of(text))) for text in ("30s", "5m", "4h"))
    return {
        "route": {
            "receiver": Severity.SLACK.value,
            "group_by": ["alertname", "slo", "provider"],
            "group_wait": wait,
            "group_interval": again,
            "repeat_interval": repeat,
            "routes": [
                {"matchers": [f'severity="{each.value}"'], "receiver": each.value}
                for each in Severity
            ],
        },
        "inhibit_rules": [
            {
                "source_matchers": [f'severity="{Severity.PAGE.value}"', 'slo!=""'],
                "target_matchers": [f'severity="{Severity.TICKET.value}"', 'slo!=""'],
                "equal": ["slo"],
            }
        ],
        "receivers": list(to),
    }


def _bearer(secret: str) -> Mapping[str, Any]:
    return {"authorization": {"type": "Bearer", "credentials_file": f"{SECRETS}/{secret}"}}
