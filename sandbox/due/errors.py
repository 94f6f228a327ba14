"""Refusals with Due's codes, and the HTTP status of each (due.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PUBLISHED: Mapping[str, int] = MappingProxyType(
    {
        "err_account_external_id_conflict": 409,
        "err_account_no_wallets": 400,
        "err_account_not_found": 404,
        "err_channel_does_not_support_disposable_account": 400,
        "err_channel_not_found": 400,
        "err_kyc_applicant_invalid_status": 409,
        "err_insufficient_balance": 400,
        "err_kyc_already_passed": 400,
        "err_kyc_not_passed": 400,
        "err_kyc_validation_error": 422,
        "err_memo_invalid_length": 400,
        "err_quote_limit_below_fee": 400,
        "err_quote_limit_below_minimum": 400,
        "err_quote_limit_exceeded": 400,
        "err_quote_no_amount": 400,
        "err_rail_schema_unsupported": 400,
        "err_recipient_deleted": 400,
        "err_recipient_not_found": 404,
        "err_recipient_required": 400,
        "err_signin_invalid_credentials": 401,
        "err_token_invalid": 400,
        "err_tos_ip_address_required": 400,
        "err_transfer_invalid_amount": 400,
        "err_transfer_invalid_destination_id": 400,
        "err_transfer_intent_already_completed": 400,
        "err_transfer_intent_failure": 400,
        "err_transfer_intent_has_different_id": 400,
        "err_transfer_intent_invalid_token": 400,
        "err_transfer_intent_should_be_crypto": 400,
        "err_transfer_invalid_sender_id": 400,
        "err_transfer_not_awaiting_funds": 422,
        "err_transfer_not_found": 404,
        "err_user_address_taken": 400,
        "err_validation": 422,
        "err_wallet_invalid_address": 400,
        "err_wallet_not_found": 404,
        "err_webhook_endpoint_already_exists": 409,
        "err_webhook_endpoint_invalid_url": 400,
        "err_webhook_endpoint_not_found": 404,
        "err_webhook_event_not_supported": 400,
    }
)
# guess: cases for which Due publishes no code, or does not show which one it sends.
GUESSED: Mapping[str, int] = MappingProxyType(
    {
        "err_account_id_required": 400,
        "err_bad_request": 400,
        "err_endorsement_not_found": 404,
        "err_fx_market_not_found": 404,
        "err_internal": 500,
        "err_kyc_document_not_found": 404,
        "err_kyc_submission_not_found": 404,
        "err_quote_application_fee_both_sides": 400,
        "err_quote_application_fee_invalid": 400,
        "err_rate_limit_exceeded": 429,
        "err_tos_not_accepted": 400,
        "err_tos_not_found": 404,
        "err_transfer_intent_not_found": 404,
        "err_transfer_not_in_review": 422,
        "err_transfer_not_under_way": 422,
        "err_virtual_account_not_found": 404,
        "err_virtual_account_reference_conflict": 409,
        "err_webhook_event_not_found": 404,
    }
)
STATUS_BY_CODE: Mapping[str, int] = MappingProxyType({**PUBLISHED, **GUESSED})


class DueRefusal(Exception):
    """The request was not carried out; nothing changed."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        details: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code
        self.status = STATUS_BY_CODE[code]
        self.message = message
        self.details = dict(details or {})
        self.headers: dict[str, str] = {}
        super().__init__(message)


def invalid(**details: str) -> DueRefusal:
    """The refusal of a malformed body, field by field."""
    return DueRefusal("err_validation", "Validation error", details=details)
