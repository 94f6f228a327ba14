"""The hash that is stored instead of tokens, codes and addresses."""

from __future__ import annotations

import hashlib


def token_digest(text: str) -> str:
    """
    SHA-256 in hexadecimal.

    Our tokens have 256 random bits, so a fast hash is sufficient. Characters that cannot be encoded are
    replaced by a question mark.
    """
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
