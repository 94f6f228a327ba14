"""Logging in, staying logged in, and being logged out."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.investor import InvalidCredentials, Investor, WrongPassword
from domain.accounts.session import (
    REFRESH_LIFETIME,
    SESSIONS_MAX,
    InvalidRefreshToken,
    RefreshTokenReused,
    Session,
    SessionNotFound,
    SessionStage,
    device_of,
    hash_of,
)
from domain.audit.record import AuditKind
from domain.ids import InvestorId, ProcessId
from domain.processes import sessions
from domain.processes.facts import LoggedOut, ReuseDetected, Revoked
from domain.services.auditing import record_of
from domain.services.credentials import CredentialService
from domain.services.processes import ProcessService
from ports.clock import Clock
from ports.ids import Ids
from ports.investors import Caller, InvalidToken, Investors, Tokens
from ports.origins import Origins
from ports.processes import PasswordUse, Processes, StaleVersion, Versioned

TRIES_MAX = 8
"""How often somebody else may be faster before we give up."""


@attrs.frozen(kw_only=True)
class TokenPair:
    """What a caller shows to be let in, and what they exchange for the next pair."""

    access_token: str = attrs.field(repr=False)
    expires_in_s: int
    refresh_token: str = attrs.field(repr=False)
    refresh_expires_in_s: int


@attrs.frozen
class SessionService:
    _credentials: CredentialService
    _investors: Investors
    _tokens: Tokens
    _processes: Processes
    _commits: ProcessService
    _clock: Clock
    _ids: Ids
    _origins: Origins

    async def log_in(self, *, email: str, password: str, user_agent: str = "") -> TokenPair:
        """Begin a session. Raises as ``CredentialService.prove`` does, and ``StaleVersion``."""
        for _ in range(TRIES_MAX):
            investor = await self._credentials.prove(email, password)
            try:
                return await self._begin(investor, user_agent)
            except StaleVersion:
                continue
        raise StaleVersion

    async def caller(self, access_token: str) -> Caller:
        """Who it is, in a session that lasts. Raises ``InvalidToken``."""
        caller = self._tokens.verify(access_token)
        session = await self._session(caller.investor_id, caller.session_id)
        if session is None or not session.is_good(at=self._clock.now()):
            raise InvalidToken("the session has ended")
        return caller

    async def refresh(self, refresh_token: str) -> TokenPair:
        """
        Exchange the session's newest refresh token, which is good once.

        Raises ``InvalidRefreshToken``, ``RefreshRaced`` for one that was exchanged a moment ago, and
        ``RefreshTokenReused``, ending the session, for any older one.
        """
        token, presented = self._ids.secret(), hash_of(refresh_token)
        successor = hash_of(token)
        for _ in range(TRIES_MAX):
            found = await self._processes.find(sessions.name_of(presented))
            if found is None or not isinstance(found.record, Session):
                raise InvalidRefreshToken
            at = self._clock.now()
            fact = sessions.shown(found.record, presented, successor=successor, at=at)
            after = await self._commits.apply(found.record.id, fact)
            if isinstance(fact, ReuseDetected):
                raise RefreshTokenReused
            if isinstance(after, Session) and after.token_hash == successor:
                return self._pair(after, token)
        raise StaleVersion

    async def log_out(self, caller: Caller) -> None:
        await self._commits.apply(caller.session_id, LoggedOut())

    async def list(self, investor_id: InvestorId) -> Sequence[Session]:
        """The sessions that last, the newest first."""
        now = self._clock.now()
        found = [versioned.record for versioned in await self._active(investor_id)]
        return [r for r in found if isinstance(r, Session) and r.is_good(at=now)]

    async def revoke(self, investor_id: InvestorId, session_id: ProcessId) -> None:
        """End a session; one that has ended stays so. Raises ``SessionNotFound``."""
        if await self._session(investor_id, session_id) is None:
            raise SessionNotFound
        await self._commits.apply(session_id, Revoked(reason="revoked by the investor"))

    async def change_password(self, caller: Caller, *, current: str, new: str) -> None:
        """
        Replace the password, and end every other session in the same commit.

        Raises ``WrongPassword``, ``TooManyAttempts``, ``WeakPassword`` or ``StaleVersion``.
        """
        becomes = await self._credentials.hash(new, field="new_password")
        for _ in range(TRIES_MAX):
            investor = await self._proven(caller, current)
            try:
                await self._change(investor, becomes, keeps=caller.session_id)
            except StaleVersion:
                continue
            return
        raise StaleVersion

    async def _begin(self, investor: Investor, user_agent: str) -> TokenPair:
        now, token = self._clock.now(), self._ids.secret()
        session = Session(
            id=self._ids.new(),
            investor_id=investor.id,
            created_at=now,
            used_at=now,
            token_hash=hash_of(token),
            device=device_of(user_agent),
        )
        oldest = (await self._active(investor.id))[SESSIONS_MAX - 1 :]
        await self._commits.commit_together(
            opened=(sessions.begin(session),),
            moved=[(each, Revoked(reason="too many sessions")) for each in oldest],
            passwords=(PasswordUse(investor_id=investor.id, held=investor.password_hash),),
        )
        return self._pair(session, token)

    async def _change(self, investor: Investor, becomes: str, *, keeps: ProcessId) -> None:
        others = [each for each in await self._active(investor.id) if each.record.id != keeps]
        use = PasswordUse(
            investor_id=investor.id, held=investor.password_hash, becomes=becomes, keeps=keeps
        )
        record = record_of(
            AuditKind.PASSWORD_CHANGED,
            subject=investor.id,
            at=self._clock.now(),
            origin=self._origins.current(),
        )
        await self._commits.commit_together(
            moved=[(each, Revoked(reason="the password was changed")) for each in others],
            passwords=(use,),
            audit=(record,),
        )

    async def _proven(self, caller: Caller, password: str) -> Investor:
        investor = await self._investors.get(caller.investor_id)
        try:
            return await self._credentials.prove(investor.email if investor else "", password)
        except InvalidCredentials:
            raise WrongPassword(field="current_password") from None

    async def _active(self, investor_id: InvestorId) -> Sequence[Versioned]:
        stage = SessionStage.ACTIVE.value
        return await self._processes.of_investor(investor_id, kind=Session, stage=stage)

    async def _session(self, investor_id: InvestorId, session_id: ProcessId) -> Session | None:
        """The investor's own session of that id."""
        found = await self._processes.get(session_id)
        if found is None or not isinstance(found.record, Session):
            return None
        return found.record if found.record.investor_id == investor_id else None

    def _pair(self, session: Session, refresh_token: str) -> TokenPair:
        caller = Caller(investor_id=session.investor_id, session_id=session.id)
        access_token, expires_in_s = self._tokens.issue(caller)
        return TokenPair(
            access_token=access_token,
            expires_in_s=expires_in_s,
            refresh_token=refresh_token,
            refresh_expires_in_s=int(REFRESH_LIFETIME.total_seconds()),
        )
