"""Log-in, refresh, log-out and revocation of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import attrs

from domain.accounts.investor import Investor
from domain.accounts.roles import Caller
from domain.accounts.session import (
    REFRESH_LIFETIME,
    SESSIONS_MAX,
    InvalidRefreshToken,
    RefreshTokenReused,
    Session,
    SessionNotFound,
    SessionStage,
    device_of,
)
from domain.hashing import token_digest
from domain.ids import InvestorId, ProcessId
from domain.processes.accounts import sessions
from domain.processes.facts.accounts import (
    PasswordSet,
    ReuseDetected,
    SessionKept,
    SessionLoggedOut,
    SessionRevoked,
)
from domain.services.accounts.credentials import CredentialService
from domain.services.accounts.investors import InvestorService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import TRIES_MAX, until_current
from ports.clock import Clock
from ports.counts import CountExceeded, CountLimit
from ports.identity import Claims, InvalidToken, Tokens
from ports.ids import Ids
from ports.processes import (
    Processes,
    StaleVersion,
    Versioned,
    of_kind,
)


@attrs.frozen(kw_only=True)
class TokenPair:
    """An access token, and the refresh token to exchange for the next pair."""

    access_token: str = attrs.field(repr=False)
    expires_in_s: int
    refresh_token: str = attrs.field(repr=False)
    refresh_expires_in_s: int


@attrs.frozen
class SessionService:
    _credentials: CredentialService
    _investors: InvestorService
    _tokens: Tokens
    _processes: Processes
    _commits: ProcessService
    _clock: Clock
    _ids: Ids

    async def log_in(self, *, email: str, password: str, user_agent: str = "") -> TokenPair:
        """Begin a session. Raises as ``CredentialService.prove`` does, and ``StaleVersion``."""
        proven = await self._credentials.prove(email, password)
        begin = partial(self._begin, proven.record, user_agent)
        return await until_current(begin, also=(CountExceeded,))

    async def caller(self, access_token: str) -> Caller:
        """The caller of an active session. Raises ``InvalidToken``."""
        claims = self._tokens.verify(access_token)
        session, owner = await self._together(claims)
        if session is None or owner is None or not self._lasts(session.record, owner.record):
            raise InvalidToken("the session has ended")
        return Caller(
            investor_id=claims.investor_id,
            session_id=claims.session_id,
            role=owner.record.acting_role,
            stepped_up_until=session.record.stepped_up_until,
        )

    async def refresh(self, refresh_token: str) -> TokenPair:
        """
        Exchange the session's newest refresh token, which is accepted once.

        Raises ``InvalidRefreshToken``, ``RefreshRaced`` for a token that was exchanged a moment ago, and
        ``RefreshTokenReused``, ending the session, for any older one.
        """
        token, presented = self._ids.secret(), token_digest(refresh_token)
        successor = token_digest(token)
        for _ in range(TRIES_MAX):
            found = of_kind(await self._processes.find(sessions.name_of(presented)), Session)
            if found is None:
                raise InvalidRefreshToken
            at = self._clock.now()
            await self._require_lasting(found.record)
            fact = sessions.shown(found.record, presented, successor=successor, at=at)
            after = await self._commits.apply(found.record.id, fact)
            if isinstance(fact, ReuseDetected):
                raise RefreshTokenReused
            if isinstance(after, Session) and after.token_hash == successor:
                return self._pair(after, token)
        raise StaleVersion

    async def log_out(self, caller: Caller) -> None:
        """Raises ``SessionRequired``."""
        await self._commits.apply(caller.session, SessionLoggedOut())

    async def list(self, investor_id: InvestorId) -> Sequence[Session]:
        """The active sessions, newest first."""
        investor = (await self._investors.require(investor_id)).record
        found = [each.record for each in await self._active(investor_id)]
        return [session for session in found if self._lasts(session, investor)]

    async def revoke(self, investor_id: InvestorId, session_id: ProcessId) -> None:
        """End a session; no effect on one that has ended. Raises ``SessionNotFound``."""
        if of_kind(await self._processes.get(session_id), Session, owner=investor_id) is None:
            raise SessionNotFound
        await self._commits.apply(session_id, SessionRevoked(reason="revoked by the investor"))

    async def change_password(self, caller: Caller, *, current: str, new: str) -> None:
        """
        Replace the password and end all sessions except the caller's.

        Raises ``WrongPassword``, ``TooManyAttempts``, ``WeakPassword``, ``SessionRequired``,
        ``StaleVersion`` and, if MFA is complete, ``StepUpRequired``.
        """
        becomes = await self._credentials.hash(new, field="new_password")
        await until_current(partial(self._set_password, caller, current, becomes))

    async def _set_password(self, caller: Caller, current: str, becomes: str) -> None:
        owner = (await self._investors.require(caller.investor_id)).record
        if owner.factors.are_complete:
            caller.require_step_up(at=self._clock.now())
        proven = await self._credentials.prove_again(owner, current, field="current_password")
        here = await self._processes.get(caller.session)
        if here is None:
            raise SessionNotFound
        await self._commits.commit_together(
            moved=(
                (proven, PasswordSet(password_hash=becomes)),
                (here, SessionKept(epoch=proven.record.epoch + 1)),
            )
        )

    async def _begin(self, investor: Investor, user_agent: str) -> TokenPair:
        """The session is invalid if the password has changed since ``investor`` was read."""
        now, token = self._clock.now(), self._ids.secret()
        session = Session(
            id=self._ids.new(),
            investor_id=investor.investor_id,
            created_at=now,
            used_at=now,
            token_hash=token_digest(token),
            epoch=investor.epoch,
            device=device_of(user_agent),
        )
        oldest = (await self._active(investor.investor_id))[SESSIONS_MAX - 1 :]
        await self._commits.commit_together(
            opened=(sessions.begin(session),),
            moved=[(each, SessionRevoked(reason="too many sessions")) for each in oldest],
            counts=(_limit(investor.investor_id),),
        )
        return self._pair(session, token)

    async def _together(
        self, claims: Claims
    ) -> tuple[Versioned[Session] | None, Versioned[Investor] | None]:
        ids = (claims.session_id, ProcessId(claims.investor_id))
        session, investor = await self._processes.get_all(ids)
        return of_kind(session, Session, owner=claims.investor_id), of_kind(investor, Investor)

    async def _require_lasting(self, session: Session) -> None:
        """Raises ``InvalidRefreshToken`` when the investor's credentials have changed since."""
        owner = await self._investors.require(session.investor_id)
        if session.epoch != owner.record.epoch:
            raise InvalidRefreshToken

    def _lasts(self, session: Session, investor: Investor) -> bool:
        return session.epoch == investor.epoch and session.is_good(at=self._clock.now())

    async def _active(self, investor_id: InvestorId) -> Sequence[Versioned[Session]]:
        stage = SessionStage.ACTIVE.value
        return await self._processes.of_investor(investor_id, kind=Session, stage=stage)

    def _pair(self, session: Session, refresh_token: str) -> TokenPair:
        claims = Claims(investor_id=session.investor_id, session_id=session.id)
        access_token, expires_in_s = self._tokens.issue(claims)
        return TokenPair(
            access_token=access_token,
            expires_in_s=expires_in_s,
            refresh_token=refresh_token,
            refresh_expires_in_s=int(REFRESH_LIFETIME.total_seconds()),
        )


def _limit(investor_id: InvestorId) -> CountLimit:
    return CountLimit(
        investor_id=investor_id, kind=Session, stage=SessionStage.ACTIVE.value, most=SESSIONS_MAX
    )
