"""A job that could not be done and is parked."""

from __future__ import annotations

from adapters.memory.jobs import InMemoryJobs
from ports.jobs import Job
from ports.processes import Message
from tests.support.world import World

REASON = "UnreadableMessage: not ours"


async def parked(world: World) -> Job:
    """A message that cannot be read."""
    _, headers = world.webhooks["due"].write()
    await world.app.webhooks.receive("due", body=b"not/ours", headers=headers)
    jobs = InMemoryJobs(world.database)
    (job,) = [j for j in await jobs.claim(limit=9, lease_s=60) if isinstance(j.work, Message)]
    await jobs.park(job.claim, reason=REASON)
    return job
