"""Reading an owner's uploaded documents (alpaca.md §2; the limits are the official client's)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields

DOCUMENTS_MAX = 10
CONTENT_LENGTH_MAX = 10 * 2**20
TYPES = frozenset(
    {
        "identity_verification",
        "address_verification",
        "date_of_birth_verification",
        "tax_id_verification",
        "account_approval_letter",
        "limited_trading_authorization",
        "w8ben",
        "social_security_number_verification",
        "cip_result",
        "other",
    }
)
MIME_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "application/json"})


def read_uploads(fields: Fields) -> list[dict[str, Any]]:
    """The documents of an application."""
    return [read_upload(each) for each in fields.sections("documents", count_max=DOCUMENTS_MAX)]


def read_upload(fields: Fields) -> dict[str, Any]:
    """One document as it is stored; its content is base64, or a form in fields. Raises ``Invalid``."""
    kind = fields.choice("document_type", TYPES)
    mime_type = fields.choice("mime_type", MIME_TYPES)
    upload = {
        "document_type": kind,
        "document_sub_type": fields.optional("document_sub_type"),
        "mime_type": mime_type,
    }
    form = fields.values.get("content_data")
    if kind == "w8ben" and isinstance(form, dict):
        return {**upload, "content_data": form}
    content = fields.optional("content", length_max=CONTENT_LENGTH_MAX)
    if content is None:
        raise Invalid(f"{fields.path}content is required")
    _check_base64(fields, content)
    return {**upload, "content": content}


def _check_base64(fields: Fields, content: str) -> None:
    try:
        base64.b64decode(content, validate=True)
    except binascii.Error:
        raise Invalid(f"{fields.path}content must be base64") from None
