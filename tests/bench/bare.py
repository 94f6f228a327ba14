"""(c) The yardstick: an aiohttp handler that reads JSON and makes one durable call, and nothing else."""

from __future__ import annotations

import os
import sys

import asyncpg
import orjson
import uvloop
from aiohttp import web

POOL = web.AppKey("pool", asyncpg.Pool)
TABLE = """
    CREATE TABLE IF NOT EXISTS bare_orders (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, symbol text, quantity text
    )
"""


async def place(request: web.Request) -> web.Response:
    body = orjson.loads(await request.read())
    order_id = await request.app[POOL].fetchval(
        "INSERT INTO bare_orders (symbol, quantity) VALUES ($1, $2) RETURNING id",
        body["symbol"],
        body["quantity"],
    )
    return web.Response(
        body=orjson.dumps({"id": order_id}), status=202, content_type="application/json"
    )


async def application() -> web.Application:
    app = web.Application()
    app[POOL] = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10)
    await app[POOL].execute(TABLE)
    app.router.add_post("/orders", place)
    app.router.add_get("/health", _alive)
    return app


async def _alive(_: web.Request) -> web.Response:
    return web.Response()


if __name__ == "__main__":
    uvloop.install()
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
