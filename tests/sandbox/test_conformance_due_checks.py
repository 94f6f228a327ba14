"""Identity checks at the sandbox off-ramp, in plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.due_customer import Customer, scenario
from tests.sandbox.due_endpoints import plays

ONE = "/v1/kyc/submissions"
BY_HAND = {"kyc_auto_approve": False}


async def applicant(ann: Customer, **profile: Any) -> Any:
    """An account that has not been reviewed yet; later calls are in its name."""
    account = await ann.open_account(**profile)
    ann.account_id = account["id"]
    return account


async def fill_in(ann: Customer) -> str:
    """The path of a complete submission."""
    await ann.post("/v1/kyc")
    (submission,) = await ann.get(ONE)
    path = f"{ONE}/{submission['id']}"
    await ann.post(f"{path}/info", {"firstName": "Ann", "dateOfBirth": "1990-01-02"})
    token = (await ann.post(f"{path}/documents", {"type": "passport"}))["token"]
    status, _ = await ann.call("POST", f"{ONE}/documents/{token}", data=b"\x89PNG a page")
    assert status == 200
    await ann.post(f"{path}/questionnaires", {"sourceOfFunds": "salary"})
    return path


@plays("GET /v1/kyc", "POST /v1/kyc", "POST /v1/kyc/session", "POST /v1/kyc/sessions")
async def test_a_check_is_started_and_handed_to_its_page() -> None:
    async with scenario(**BY_HAND) as ann:
        account = await applicant(ann)
        started = await ann.post("/v1/kyc")
        assert (started["status"], started["externalLink"]) == ("pending", account["kyc"]["link"])
        assert started["primaryEntity"] == {"name": "Ann Lee", "country": "US"}
        assert await ann.get("/v1/kyc") == started
        session = await ann.post("/v1/kyc/session")
        assert session == {"link": account["kyc"]["link"], "accessToken": started["applicantId"]}
        (submission,) = await ann.get(ONE)
        body = {"submissionId": submission["id"]}
        assert await ann.post("/v1/kyc/sessions", body) == {"token": submission["id"]}
        unknown = await ann.refused("POST", "/v1/kyc/sessions", {"submissionId": "ksub_0"})
        assert unknown == (404, "err_kyc_submission_not_found")


@plays(
    "GET /v1/kyc/submissions",
    "GET /v1/kyc/submissions/{id}",
    "POST /v1/kyc/submissions/{id}/info",
    "POST /v1/kyc/submissions/{id}/documents",
    "POST /v1/kyc/submissions/documents/{token}",
    "POST /v1/kyc/submissions/{id}/questionnaires",
    "POST /v1/kyc/submissions/{id}/complete",
)
async def test_a_submission_is_filled_in_handed_in_and_passed() -> None:
    async with scenario(**BY_HAND) as ann:
        endpoint = await ann.post("/v1/webhook_endpoints", {"url": ann.hook_url})
        account = await applicant(ann)
        path = await fill_in(ann)
        filled = await ann.get(path)
        assert filled["info"] == {"firstName": "Ann", "dateOfBirth": "1990-01-02"}
        assert filled["documents"] == [{"type": "passport", "isUploaded": True}]
        assert filled["questionnaire"] == {"sourceOfFunds": "salary"}
        assert (await ann.post(f"{path}/complete"))["status"] == "pending"
        again = await ann.refused("POST", f"{path}/info", {"firstName": "Bob"})
        assert again == (409, "err_kyc_applicant_invalid_status")
        ann.world.clock.advance(10)
        assert await ann.get(path) == filled | {"status": "passed"}
        assert (await ann.get(f"/v1/accounts/{account['id']}"))["kyc"]["status"] == "passed"
        late = await ann.refused("POST", f"{path}/complete")
        assert late == (400, "err_kyc_already_passed")
        await ann.wait_for(lambda: len(ann.inbox.messages) == 4, "four webhooks")
        kinds = sorted(event["type"] for event in ann.inbox.opened(endpoint["publicKey"]))
        assert kinds == [
            "bp.kyc.status_changed",
            "transfers.kyc.submission.created",
            "transfers.kyc.submission.status_changed",
            "transfers.kyc.submission.status_changed",
        ]


async def test_a_submission_that_lacks_something_says_what() -> None:
    async with scenario(**BY_HAND) as ann:
        await applicant(ann)
        await ann.post("/v1/kyc")
        (submission,) = await ann.get(ONE)
        path = f"{ONE}/{submission['id']}"
        await ann.post(f"{path}/documents", {"type": "passport"})
        status, error = await ann.call("POST", f"{path}/complete")
        assert (status, error["code"]) == (422, "err_kyc_validation_error")
        missing = {"info": "required", "documents": "required", "questionnaire": "required"}
        assert error["details"] == missing
        assert (await ann.get(path))["status"] == "created"
        unknown = await ann.refused("POST", f"{ONE}/documents/doc_0", data=b"x")
        assert unknown == (404, "err_kyc_document_not_found")


@pytest.mark.parametrize(
    ("name", "verdict"), [("Reject Me", "failed"), ("Action Jackson", "resubmission_required")]
)
async def test_a_magic_name_decides_the_verdict(name: str, verdict: str) -> None:
    async with scenario(**BY_HAND) as ann:
        account = await applicant(ann, name=name, type="business")
        path = await fill_in(ann)
        await ann.post(f"{path}/complete")
        ann.world.clock.advance(10)
        assert (await ann.get(path))["status"] == verdict
        assert (await ann.get(f"/v1/accounts/{account['id']}"))["kyc"]["status"] == verdict


@plays("POST /v1/kyc/sharing/sumsub")
async def test_a_check_made_elsewhere_is_taken_over() -> None:
    async with scenario(**BY_HAND) as ann:
        account = await applicant(ann)
        body = {"shareToken": "action-needed", "applicantInfo": {"country": "US"}}
        first = await ann.post("/v1/kyc/sharing/sumsub", body)
        assert first["status"] == "resubmission_pending"
        path = f"/v1/accounts/{account['id']}"
        assert (await ann.get(path))["kyc"]["status"] == "resubmission_required"
        second = await ann.post("/v1/kyc/sharing/sumsub", body | {"shareToken": "good"})
        assert second == {"status": "completed", "submissionId": first["submissionId"]}
        assert (await ann.get(path))["kyc"]["status"] == "passed"
        wrong = await ann.refused("POST", "/v1/kyc/sharing/sumsub", {"shareToken": "good"})
        assert wrong == (422, "err_validation")


@plays("GET /v1/kyc/endorsements/{code}", "POST /v1/kyc/endorsements/{code}")
async def test_an_endorsement_is_asked_for_and_given() -> None:
    async with scenario() as ann:
        await ann.onboard()
        path = "/v1/kyc/endorsements/sepa"
        assert await ann.get(path) == {"code": "sepa", "status": "none"}
        assert await ann.post(path) == {"code": "sepa", "status": "pending"}
        assert await ann.post(path) == {"code": "sepa", "status": "pending"}
        ann.world.clock.advance(10)
        assert await ann.get(path) == {"code": "sepa", "status": "approved"}
        unknown = await ann.refused("GET", "/v1/kyc/endorsements/none")
        assert unknown == (404, "err_endorsement_not_found")


@plays("POST /dev/sumsub/applicants/{id}/approve")
async def test_the_sandbox_passes_whom_it_is_told_to() -> None:
    async with scenario(**BY_HAND) as ann:
        account = await ann.open_account(name="Reject Me")
        approve = f"/dev/sumsub/applicants/{account['id']}/approve"
        assert (await ann.post(approve))["kyc"]["status"] == "passed"
        assert await ann.refused("POST", approve) == (409, "err_kyc_applicant_invalid_status")
