"""Which e-mails are not sent: what they are about has ended, or there is nobody to write to."""

from __future__ import annotations

import pytest

from domain.accounts.registration import EMAILS_MAX, REGISTRATION_LIFETIME
from domain.processes.instructions import SendEmail
from tests.support.world import World

EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"


@pytest.fixture
def world() -> World:
    return World()


async def test_a_registration_that_expired_meanwhile_gets_no_e_mail(world: World) -> None:
    await world.app.registrations.register(email=EMAIL, password=PASSWORD)
    job = await world.run_jobs_before(SendEmail)
    world.advance(REGISTRATION_LIFETIME.total_seconds())
    await world.app.jobs.run(job)
    assert world.mailer.sent == []


async def test_an_expired_registration_is_not_written_to_again(world: World) -> None:
    await world.app.registrations.register(email=EMAIL, password=PASSWORD)
    await world.run_jobs()
    world.advance(REGISTRATION_LIFETIME.total_seconds())
    await world.app.registrations.send_again(EMAIL)
    await world.run_jobs()
    assert len(world.mailer.sent) == 1


async def test_an_e_mail_is_sent_again_so_often_and_no_oftener(world: World) -> None:
    await world.app.registrations.register(email=EMAIL, password=PASSWORD)
    for _ in range(2 * EMAILS_MAX):
        await world.run_jobs()
        world.advance(3600)
        await world.app.registrations.send_again(EMAIL)
    assert len(world.mailer.sent) == EMAILS_MAX


async def test_who_has_no_account_is_not_told_of_a_forgotten_password(world: World) -> None:
    await world.app.password_resets.begin("nobody@example.org")
    assert await world.run_jobs() == 1
    assert world.mailer.sent == []
