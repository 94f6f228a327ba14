"""Lets time pass for what Valkey keeps: everything in a database becomes older, at once."""

from __future__ import annotations

from functools import partial

from redis.asyncio import Redis

from tests.contract.rate_limiter import Pass

_MICROSECONDS = 1_000_000
_MILLISECONDS = 1000
_ENDS = "until"
"""The field of a hash that is a moment in milliseconds."""


def passing(redis: Redis) -> Pass:
    """As far as expiry, logs of microseconds and ends in milliseconds go."""
    return partial(_age, redis)


async def _age(redis: Redis, seconds: float) -> None:
    for key in await redis.keys():
        kind = await redis.type(key)
        expires_at = await redis.pexpiretime(key if isinstance(key, str) else key.decode())
        if kind == b"list":
            log = [int(moment) for moment in await redis.lrange(key, 0, -1)]
            older = [moment - round(seconds * _MICROSECONDS) for moment in log]
            await redis.delete(key)
            await redis.rpush(key, *older)
        elif kind == b"hash":
            end = int(await redis.hget(key, _ENDS) or 0)
            await redis.hset(key, _ENDS, end - round(seconds * _MILLISECONDS))
        if expires_at > 0:
            await redis.pexpireat(key, expires_at - round(seconds * _MILLISECONDS))
