"""Settings of the door: from files, and from variables with lists in them."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network

import attrs
import pytest

from domain.money import USD, Money
from entrypoints.configuration import InvalidConfiguration, load

ENVIRON = {
    "STACK_ENVIRONMENT": "development",
    "STACK__TOKENS__SECRET": "a secret that only this test has, long enough",
    "STACK__VAULT__KEYS__TEST": "a key that only this test has, long enough",
    "STACK__CIRCLE__ENTITY_SECRET": "0f" * 32,
    "DATABASE_URL": "postgresql://nowhere",
    "REDIS_URL": "redis://nowhere",
}


def test_nobody_is_trusted_and_no_page_may_call_by_default() -> None:
    http = load(ENVIRON).http
    assert (http.trusted_proxies, http.cors_origins) == ((), ())


STAGING = {
    "STACK_ENVIRONMENT": "staging",
    "STACK__CIRCLE__API_KEY": "TEST_API_KEY:a:b",
    **{
        f"STACK__{name}": "given"
        for name in (
            *("DUE__API_KEY", "ALPACA__KEY", "ALPACA__SECRET", "ALPACA__FIRM_ACCOUNT_ID"),
            *("MAIL__HOST", "MAIL__SENDER", "MAIL__LINK_BASE_URL"),
        )
    },
}


def test_browsers_are_held_to_https_everywhere_but_in_development() -> None:
    assert load(ENVIRON).http.hsts_max_age_s == 0
    assert load(ENVIRON | STAGING).http.hsts_max_age_s > 0


def test_logs_are_json_everywhere_but_on_a_terminal_in_development() -> None:
    assert load(ENVIRON).log.format == "auto"
    assert load(ENVIRON | STAGING).log.format == "json"
    with pytest.raises(InvalidConfiguration, match=r"at log\.format"):
        load(ENVIRON | {"STACK__LOG__FORMAT": "xml"})


COOLING = {"STACK__WITHDRAWALS__COOLING_S": "60"}
MAIL = {
    "STACK__MAIL__KIND": "smtp",
    "STACK__MAIL__HOST": "mail.example.com",
    "STACK__MAIL__SENDER": "us@example.com",
    "STACK__MAIL__LINK_BASE_URL": "https://app.example.com",
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"STACK__MAIL__KIND": "pigeon"}, "at mail"),
        ({"STACK__MAIL__HOST": ""}, "mail.host"),
        ({"STACK__MAIL__PASSWORD": "p", "STACK__MAIL__ENCRYPTION": "none"}, "mail.password"),
    ],
)
def test_mail_that_could_not_go_out_or_would_show_its_password_is_refused(
    changes: Mapping[str, str], reason: str
) -> None:
    assert load(ENVIRON | MAIL).mail.host == "mail.example.com"
    with pytest.raises(InvalidConfiguration) as refused:
        load({**ENVIRON, **MAIL, **changes})
    assert reason in str(refused.value)


def test_in_production_mail_does_not_stay_in_a_folder() -> None:
    development = load(ENVIRON)
    assert development.mail.kind == "maildir"
    with pytest.raises(ValueError, match=r"mail\.kind"):
        attrs.evolve(development, environment="production")
    fit = load(ENVIRON | MAIL | COOLING)
    assert attrs.evolve(fit, environment="production").mail.kind == "smtp"


def test_in_production_an_address_cools_before_money_can_leave_to_it() -> None:
    hasty = load(ENVIRON | MAIL)
    assert hasty.withdrawals.cooling_s == 0
    with pytest.raises(ValueError, match=r"withdrawals\.cooling_s"):
        attrs.evolve(hasty, environment="production")
    with pytest.raises(InvalidConfiguration, match="withdrawals"):
        load(ENVIRON | {"STACK__WITHDRAWALS__COOLING_S": "-1"})
    patient = load(ENVIRON | MAIL | COOLING)
    assert attrs.evolve(patient, environment="production").withdrawals.cooling_s == 60


def test_a_list_in_a_variable_has_commas() -> None:
    variables = {
        "STACK__HTTP__TRUSTED_PROXIES": "10.0.0.0/8,2001:db8::/32",
        "STACK__HTTP__CORS_ORIGINS": "https://one.example.com,https://two.example.com",
        "STACK__CHAINS": "polygon,solana",
    }
    settings = load({**ENVIRON, **variables})
    assert settings.http.trusted_proxies == (
        ip_network("10.0.0.0/8"),
        ip_network("2001:db8::/32"),
    )
    assert len(settings.http.cors_origins) == len(settings.chains) == 2


def test_a_variable_sets_what_a_tier_allows() -> None:
    basic = load(ENVIRON | {"STACK__TIERS__BASIC__TRADE__DAY": "1000.00"}).tiers.basic
    assert basic.trade.day == Money.of("1000.00", USD)
    assert basic.trade.month > basic.trade.day


def test_a_variable_sets_one_limit() -> None:
    limits = load(ENVIRON | {"STACK__LIMITS__MONEY__CALLS": "7"}).limits
    assert (limits.money.calls, limits.money.window_s) == (7, 60)


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"STACK__HTTP__TRUSTED_PROXIES": "10.0.0.0/8,everybody"}, "http.trusted_proxies[1]"),
        ({"STACK__LIMITS__READS__CALLS": "0"}, "limits.reads"),
        ({"STACK__LIMITS__SWIMMING__CALLS": "5"}, "swimming"),
        ({"STACK__TIERS__BASIC__DEPOSIT__DAY": "1.001"}, "tiers.basic.deposit.day"),
        ({"STACK__TIERS__PLUS__TRADE__MONTH": "1.00"}, "tiers.plus.trade"),
        ({"STACK__TIERS__GOLD__TRADE__MONTH": "1.00"}, "gold"),
    ],
)
def test_what_cannot_be_is_named_by_its_path(variables: Mapping[str, str], reason: str) -> None:
    with pytest.raises(InvalidConfiguration) as refused:
        load({**ENVIRON, **variables})
    assert reason in str(refused.value)


def test_nobody_may_push_until_there_is_a_key() -> None:
    assert load(ENVIRON).relay.keys == {}
    two = {f"STACK__RELAY__KEYS__{name}": name * 16 for name in ("OLD", "NEW")}
    assert load(ENVIRON | two).relay.keys == {"old": "OLD" * 16, "new": "NEW" * 16}


def test_a_key_that_is_too_short_is_refused_and_not_shown() -> None:
    with pytest.raises(InvalidConfiguration) as refused:
        load(ENVIRON | {"STACK__RELAY__KEYS__OLD": "hunter2"})
    assert "relay" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_retry_policy_is_still_read_under_its_name_of_the_last_release() -> None:
    before = {"STACK__PATIENCE__INQUIRY_S": "7", "STACK__PATIENCE__ATTEMPTS_MAX": "3"}
    retries = load(ENVIRON | before).retries
    assert (retries.lookup_s, retries.attempts_max) == (7.0, 3)
    both = before | {"STACK__RETRIES__LOOKUP_S": "8"}
    assert load(ENVIRON | both).retries.lookup_s == 8.0
