"""What every keeper of origins must do: tasks do not hear of each other's."""

from __future__ import annotations

import asyncio

from ports.request_context import CurrentRequest, RequestContext


class CurrentRequestContract:
    """Subclasses provide the fixture ``origins``."""

    async def test_without_a_request_there_is_no_origin(self, origins: CurrentRequest) -> None:
        assert origins.current() == RequestContext()

    async def test_a_task_keeps_its_own_origin(self, origins: CurrentRequest) -> None:
        async def request(name: str) -> RequestContext:
            origins.begin(RequestContext(request_id=name, ip="203.0.113.9"))
            await asyncio.sleep(0)
            return await asyncio.wait_for(awaited(), timeout=None)

        async def awaited() -> RequestContext:
            await asyncio.sleep(0)
            return origins.current()

        tasks = [asyncio.create_task(request(name)) for name in ("a", "b")]
        assert [o.request_id for o in await asyncio.gather(*tasks)] == ["a", "b"]
        assert origins.current() == RequestContext()
