"""Magic values, which make a provider's sandbox fail without a rule."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Magic:
    """``documented`` says whether the provider itself has the value, or only this sandbox."""

    provider: str
    where: str
    value: str
    effect: str
    documented: bool


SCREENED = {
    "9999": "denied, and the wallet is frozen: a sanctions blocklist",
    "8888": "denied: the wallet of a frozen user",
    "7777": "denied: your blocklist",
    "8999": "denied: severe risk of sanctions",
    "8899": "denied: severe risk of financing terrorism",
    "8889": "denied: severe risk of child abuse",
    "7779": "denied: severe risk of illicit behaviour",
    "7666": "reported as of high risk, and passes: illicit behaviour",
    "7766": "reported as of high risk, and passes: gambling",
}
"""The effects of destinations by their last four digits, from Circle's testing guide."""


def _screened() -> tuple[Magic, ...]:
    return tuple(
        Magic(
            provider="Circle",
            where="the end of an outbound transaction's destination, on testnets",
            value=f"`99999999{ending}`",
            effect=effect,
            documented=True,
        )
        for ending, effect in SCREENED.items()
    )


MAGIC = (
    *_screened(),
    Magic(
        provider="Alpaca",
        where="a journal's `description`",
        value="`/fixtures/status=rejected/fixtures/`",
        effect="the journal is rejected",
        documented=True,
    ),
    Magic(
        provider="Alpaca",
        where="a journal's `description`",
        value="`/fixtures/status=pending/fixtures/`",
        effect="the journal stays pending",
        documented=True,
    ),
    Magic(
        provider="Alpaca",
        where="an account's e-mail address or given name",
        value="`reject`",
        effect="the review rejects the account",
        documented=False,
    ),
    Magic(
        provider="Alpaca",
        where="an account's e-mail address or given name",
        value="`action`",
        effect="the review asks the owner for action",
        documented=False,
    ),
    Magic(
        provider="Alpaca",
        where="an order's worth",
        value="more than 10,000 USD",
        effect="it fills in two parts",
        documented=False,
    ),
    Magic(
        provider="Due",
        where="an account's name or e-mail address",
        value="`reject`",
        effect="the review fails",
        documented=False,
    ),
    Magic(
        provider="Due",
        where="an account's name or e-mail address",
        value="`action`",
        effect="the review asks the customer to resubmit",
        documented=False,
    ),
    Magic(
        provider="Due",
        where="a transfer's memo",
        value="`sandbox-review`",
        effect="the transfer waits for manual review",
        documented=False,
    ),
    Magic(
        provider="Due",
        where="a transfer's memo",
        value="`sandbox-fail`",
        effect="the transfer fails",
        documented=False,
    ),
)
