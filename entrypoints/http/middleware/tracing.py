"""The span of a request."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.http.app_keys import SPAN, SPANS, TRACE_ID
from entrypoints.http.client_address import is_trusted_peer
from entrypoints.http.paths import path_of


@web.middleware
async def tracing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Open the span and set its trace id. As the outermost middleware it covers the whole request."""
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
    """Record in the span what was raised; directly inside ``problems``, which makes it an answer."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise  # HTTP's own refusals, which the status describes
    except Exception as error:
        if (span := request.get(SPAN)) is not None:
            span.failed(error)
        raise
