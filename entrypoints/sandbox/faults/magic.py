"""Values that make a provider's sandbox misbehave by themselves, without any rule."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Magic:
    """``documented`` says whether the provider itself knows the value, or only this sandbox."""

    provider: str
    where: str
    value: str
    effect: str
    documented: bool


MAGIC = (
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
        effect="the review wants action of the owner",
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
        effect="the review wants the customer to resubmit",
        documented=False,
    ),
    Magic(
        provider="Due",
        where="a transfer's memo",
        value="`sandbox-review`",
        effect="a person has to look at the transfer",
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
