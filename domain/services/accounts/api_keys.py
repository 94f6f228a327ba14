"""API keys: making, listing, revoking and authenticating them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import attrs

from domain.accounts.api_key import (
    KEYS_MAX,
    MARK,
    PREFIX_LENGTH,
    ApiKey,
    ApiKeyNotFound,
    ApiKeyRequest,
    ApiKeyStage,
    TooManyApiKeys,
)
from domain.accounts.investor import Investor
from domain.accounts.roles import Caller, Scope
from domain.hashing import token_digest
from domain.ids import InvestorId, ProcessId
from domain.processes.accounts import api_keys
from domain.processes.facts.accounts import ApiKeyRevoked
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from ports.clock import Clock
from ports.counts import CountExceeded, CountLimit
from ports.identity import InvalidToken
from ports.ids import Ids
from ports.processes import Processes, Versioned, of_kind


@attrs.frozen
class IssuedKey:
    """A key with its text, which is shown only once."""

    key: ApiKey
    text: str = attrs.field(repr=False)


@attrs.frozen
class ApiKeyService:
    _investors: InvestorService
    _processes: Processes
    _commits: ProcessService
    _clock: Clock
    _ids: Ids

    async def make(self, investor_id: InvestorId, terms: ApiKeyRequest) -> IssuedKey:
        """Raises ``InvalidApiKey``, ``TooManyApiKeys``, ``AccountNotActive`` or ``StaleVersion``."""
        terms.require_valid()
        return await until_current(partial(self._make, investor_id, terms))

    async def list(self, investor_id: InvestorId) -> Sequence[ApiKey]:
        """The active keys, newest first."""
        owner = (await self._investors.require(investor_id)).record
        found = [each.record for each in await self._active(investor_id)]
        return [key for key in found if self._is_good(key, owner)]

    async def revoke(self, investor_id: InvestorId, key_id: ProcessId) -> None:
        """Revoke the key. Raises ``ApiKeyNotFound``, also for a key of another investor."""
        if of_kind(await self._processes.get(key_id), ApiKey, owner=investor_id) is None:
            raise ApiKeyNotFound
        await self._commits.apply(key_id, ApiKeyRevoked())

    async def caller(self, text: str) -> Caller:
        """The caller that the key stands for, with its scopes. Raises ``InvalidToken``."""
        found = of_kind(await self._processes.find(api_keys.name_of(token_digest(text))), ApiKey)
        key = found.record if found else None
        if key is None or not key.is_good(at=self._clock.now()):
            raise InvalidToken("the API key is invalid, has expired or was revoked")
        owner = await self._investors.get(key.investor_id)
        if owner is None or not owner.record.may_log_in:
            raise InvalidToken("the account of the API key is closed")
        if key.resets != owner.record.resets:
            raise InvalidToken("the password was reset after the API key was made")
        return Caller(investor_id=key.investor_id, key_id=key.id, scopes=frozenset(key.scopes))

    async def _make(self, investor_id: InvestorId, terms: ApiKeyRequest) -> IssuedKey:
        """Only active keys count, so those that are accepted no more are ended in the same commit."""
        owner = await self._investors.require(investor_id)
        text, now = f"{MARK}{self._ids.secret()}", self._clock.now()
        key = ApiKey(
            id=self._ids.new(),
            investor_id=investor_id,
            name=terms.name,
            scopes=tuple(scope for scope in Scope if scope in terms.scopes),
            prefix=text[:PREFIX_LENGTH],
            created_at=now,
            expires_at=terms.ends_at(now),
            resets=owner.record.resets,
        )
        active = await self._active(investor_id)
        try:
            await self._commits.commit_together(
                opened=(api_keys.make(key, key_hash=token_digest(text)),),
                moved=[
                    (each, ApiKeyRevoked())
                    for each in active
                    if not self._is_good(each.record, owner.record)
                ],
                acting=(investor_id,),
                unchanged=(owner,),
                counts=(_limit(investor_id),),
            )
        except CountExceeded:
            raise TooManyApiKeys(f"at most {KEYS_MAX} keys can be active at a time") from None
        return IssuedKey(key, text)

    async def _active(self, investor_id: InvestorId) -> Sequence[Versioned[ApiKey]]:
        stage = ApiKeyStage.ACTIVE.value
        return await self._processes.of_investor(investor_id, kind=ApiKey, stage=stage)

    def _is_good(self, key: ApiKey, owner: Investor) -> bool:
        return key.is_good(at=self._clock.now()) and key.resets == owner.resets


def _limit(investor_id: InvestorId) -> CountLimit:
    return CountLimit(
        investor_id=investor_id, kind=ApiKey, stage=ApiKeyStage.ACTIVE.value, most=KEYS_MAX
    )
