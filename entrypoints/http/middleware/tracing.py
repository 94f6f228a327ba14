"""The span of a request, around everything that is done for it."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.app_keys import SPAN, SPANS, TRACE_ID
from entrypoints.http.client_address import is_trusted_peer
from entrypoints.http.paths import path_of


@web.middleware
async def tracing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Begin the span and name its trace; the outermost middleware, so that nothing is outside of it."""
    spans = request.app[SPANS]
    if spans is None:
        return await handler(request)
    resource = request.match_info.route.resource
    with spans.request(
        request.method,
        route=resource.canonical if resource else None,
        path=path_of(request),
        headers=request.headers,
        trusted=is_trusted_peer(request),
    ) as span:
        request[SPAN] = span
        request[TRACE_ID] = span.trace_id
        response = await handler(request)
        span.answered(response.status)
        return response


@web.middleware
async def failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the span what was raised: the innermost but for what makes it an answer."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise  # HTTP's own refusals, which the status tells
    except Exception as error:
        if (span := request.get(SPAN)) is not None:
            span.failed(error)
        raise
