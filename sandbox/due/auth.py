"""Between HTTP and the sandbox's plain functions: keys, accounts, JSON in and JSON out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.due.account import Account
from sandbox.due.accounts import Accounts
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields
from sandbox.due.keys import Keys
from sandbox.limiter import Allowance, Limiter

ACCOUNT_HEADER = "Due-Account-Id"
BEARER = "Bearer "


@attrs.frozen(kw_only=True)
class Call:
    """A request as the routes' functions receive it."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    raw: bytes
    account: Account | None

    @property
    def body(self) -> Fields:
        """The JSON object of the body; an empty body is an empty object. Raises ``DueRefusal``."""
        return _read_body(self.raw)

    @property
    def owner(self) -> Account:
        """The account of an account-scoped call. Raises ``DueRefusal`` when none was named."""
        if self.account is None:
            raise DueRefusal("err_account_id_required", f"{ACCOUNT_HEADER} is required")
        return self.account

    @property
    def owner_id(self) -> str | None:
        return self.account.id if self.account else None


@attrs.frozen(kw_only=True)
class Auth:
    _accounts: Accounts
    _keys: Keys

    def serve(
        self, function: Callable[[Call], object], *, limiter: Limiter, is_keyed: bool = True
    ) -> Handler:
        """An aiohttp handler that answers 200 with what ``function`` returns."""

        async def answer(request: web.Request, allowance: Allowance) -> object:
            if is_keyed:
                self._check_key(request)
            if allowance.is_exceeded:
                raise DueRefusal("err_rate_limit_exceeded", "Too many requests")
            return function(await self._call(request))

        async def handler(request: web.Request) -> web.StreamResponse:
            allowance = limiter.count()
            try:
                body = await answer(request, allowance)
            except DueRefusal as refusal:
                refusal.headers = _headers(allowance)
                raise
            return web.Response(
                body=orjson.dumps(body),
                headers=_headers(allowance),
                content_type="application/json",
            )

        return handler

    async def _call(self, request: web.Request) -> Call:
        return Call(
            path=request.match_info,
            query=request.query,
            raw=await request.read(),
            account=self._account_of(request),
        )

    def _check_key(self, request: web.Request) -> None:
        header = request.headers.get("Authorization", "")
        key = header.removeprefix(BEARER).strip()
        if not header.startswith(BEARER) or not self._keys.opens(key):
            raise DueRefusal("err_signin_invalid_credentials", "The API key is missing or unknown")

    def _account_of(self, request: web.Request) -> Account | None:
        account_id = request.headers.get(ACCOUNT_HEADER)
        return self._accounts.get(account_id) if account_id else None


def _headers(allowance: Allowance) -> dict[str, str]:
    wait = {"Retry-After": str(allowance.wait_s)} if allowance.is_exceeded else {}
    return {**allowance.headers, **wait}


def _read_body(raw: bytes) -> Fields:
    if not raw:
        return Fields({})
    try:
        values = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise DueRefusal("err_bad_request", "The body is not JSON") from None
    if not isinstance(values, dict):
        raise DueRefusal("err_bad_request", "The body is not a JSON object")
    return Fields(values)
