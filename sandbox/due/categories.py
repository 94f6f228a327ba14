"""The categories of an account (due.md §3)."""

from __future__ import annotations

from sandbox.due.errors import invalid

# guess: the codes.
CODES = {
    "individual": ("employed", "self_employed", "student", "retired"),
    "business": ("fintech", "ecommerce", "payroll", "marketplace"),
}


def categories(account_type: str | None) -> list[dict[str, object]]:
    """The categories of one type of account, or of both."""
    if account_type not in {None, *CODES}:
        raise invalid(accountType=f"must be one of {', '.join(CODES)}")
    return [
        {"code": code, "accountType": kind, "active": True}
        for kind, codes in CODES.items()
        for code in codes
        if account_type in {None, kind}
    ]
