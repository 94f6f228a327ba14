from __future__ import annotations

from typing import Any

import orjson
import pytest

from adapters.due.accounts import DueAccounts
from adapters.due.client import DueClient
from adapters.due.recipients import Recipients
from adapters.due.virtual_accounts import VirtualAccounts
from adapters.memory.clock import ManualClock
from domain.accounts.onboarding import ProviderAccountStatus
from domain.ids import ProcessId, reference
from ports.errors import ProviderOutcomeUnknown, ProviderRejected, ProviderUnavailable
from tests.contract.offramp_rig import GRACE
from tests.unit.adapters.due.documents import (
    RECIPIENTS,
    SETTINGS,
    WALLET,
    WALLETS,
    answer,
    client_over,
    refusal,
)

REF = reference(ProcessId("p"), "offramp")
CONFLICT = refusal("err_account_external_id_conflict", status=409)
TAKEN = refusal("err_recipient_already_exists", status=409)
EMPTY = answer({"items": [], "next": None})


def account(**fields: Any) -> dict[str, Any]:
    return {
        "id": "acct_1",
        "status": "onboarding",
        "externalId": "p",
        "kyc": {"status": "pending", "link": ""},
        "tos": {"status": "pending", "token": "t-1"},
        **fields,
    }


def accounts_over(client: DueClient) -> DueAccounts:
    return DueAccounts(client=client, app_url=SETTINGS.app_url)


async def test_opening_accepts_the_terms_and_starts_the_check() -> None:
    client, script = client_over(
        answer(account()),
        answer({}),
        answer({"externalLink": "https://check.invalid/1"}),
        answer(account()),
    )
    report = await accounts_over(client).open(REF, profile=GRACE, attempt=1)
    created, terms, check, _ = script.requests
    assert orjson.loads(created.body or b"")["externalId"] == "p"
    assert terms.url.endswith("/v1/tos/t-1")
    assert orjson.loads(terms.body or b"") == {"ipAddress": GRACE.ip_address}
    assert check.operation == "start_kyc"
    assert report.standing is ProviderAccountStatus.PENDING
    assert report.action_url == "https://check.invalid/1"


async def test_a_relative_link_leads_to_dues_own_pages() -> None:
    client, _ = client_over(answer(account(kyc={"status": "pending", "link": "/api/kyc/1"})))
    report = await accounts_over(client).report("acct_1")
    assert report.action_url == "https://app.sandbox.due.network/api/kyc/1"


async def test_an_account_opened_before_is_found_by_its_process() -> None:
    done = account(status="active", tos=None, kyc={"status": "passed"})
    client, script = client_over(
        CONFLICT, answer([account(id="acct_0", externalId="other"), done]), answer(done)
    )
    report = await accounts_over(client).open(REF, profile=GRACE, attempt=1)
    assert (report.account_id, report.standing) == ("acct_1", ProviderAccountStatus.APPROVED)
    assert [r.operation for r in script.requests] == [
        "create_account",
        "list_accounts",
        "get_account",
    ]


async def test_an_account_that_exists_and_is_not_listed_is_not_refused() -> None:
    client, _ = client_over(CONFLICT, answer([]))
    with pytest.raises(ProviderOutcomeUnknown):
        await accounts_over(client).open(REF, profile=GRACE, attempt=1)


async def test_a_recipient_made_meanwhile_is_found() -> None:
    client, _ = client_over(EMPTY, TAKEN, answer(RECIPIENTS))
    assert await Recipients(client, SETTINGS.firm).bank("acct_1") == "rcp_1"


async def test_a_recipient_that_exists_and_is_not_listed_is_not_refused() -> None:
    client, _ = client_over(EMPTY, TAKEN, EMPTY)
    with pytest.raises(ProviderUnavailable):
        await Recipients(client, SETTINGS.firm).bank("acct_1")


async def test_a_virtual_account_is_found_by_its_id_where_due_wants_its_key() -> None:
    client, _ = client_over(
        refusal("err_virtual_account_not_found", status=404),
        answer([{"id": "va_0", "key": "k0"}, {"id": "va_1", "key": "k1", "reference": REF}]),
    )
    recipients = Recipients(client, SETTINGS.firm)
    standing = VirtualAccounts(client=client, recipients=recipients, clock=ManualClock())
    found = await standing.named("va_1", account_id="acct_1")
    assert found is not None
    assert found.reference == REF


async def test_an_address_that_this_account_has_already_is_linked() -> None:
    client, transport = client_over(refusal("err_user_address_taken"), answer(WALLETS))
    accounts = accounts_over(client)
    await accounts.link(account_id="acct_1", wallet=WALLET)
    assert [request.method for request in transport.requests] == ["POST", "GET"]


async def test_an_address_that_another_account_has_is_refused() -> None:
    client, _ = client_over(refusal("err_user_address_taken"), answer([]))
    accounts = accounts_over(client)
    with pytest.raises(ProviderRejected):
        await accounts.link(account_id="acct_1", wallet=WALLET)
