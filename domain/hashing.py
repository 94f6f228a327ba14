"""The hash under which tokens, codes and addresses are kept instead of themselves."""

from __future__ import annotations

import hashlib


def token_digest(text: str) -> str:
    """
    SHA-256 in hexadecimal.

    A token of ours is 256 random bits, so a fast hash hides it well enough. What cannot be encoded
    counts as a question mark.
    """
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
