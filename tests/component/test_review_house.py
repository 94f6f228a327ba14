"""Somebody of the house whose account is frozen, and an authenticator that was offered long ago."""

from __future__ import annotations

from domain.accounts.roles import Role
from tests.component.investor import CODE_LASTS_S, PASSCODE, PASSWORD, Investor
from tests.component.staff import WHY, identity_of, staff


async def test_whoever_of_the_house_is_frozen_sees_nothing_of_others(ada: Investor) -> None:
    await ada.logged_in()
    owner, sue = await identity_of(ada), await staff(ada, "sue", Role.SUPPORT)
    root = await staff(ada, "root", Role.ADMIN)
    await root.post(f"/v1/admin/investors/{await identity_of(sue)}/freeze", WHY)
    for path in ("/v1/admin/investors", f"/v1/admin/investors/{owner}", "/v1/admin/reviews"):
        assert await sue.refused("GET", path) == (403, "ERR_2101", None), path
    assert (await sue.get("/v1/auth/factors"))["passcode"]


async def test_an_authenticator_offered_before_does_not_replace_one_without_a_fresh_proof(
    ada: Investor,
) -> None:
    await (await ada.logged_in()).protected()
    await ada.stepped_up()
    offered = await ada.post("/v1/auth/authenticator", {"password": PASSWORD})
    credentials = {"email": ada.email, "password": PASSWORD}
    ada.take(await ada.post("/v1/auth/login", credentials))
    ada.world.clock.advance(CODE_LASTS_S)
    now = ada.world.clock.now()
    shown = {"code": ada.world.codes.shown(offered["secret"], at=now)}
    stale = await ada.refused("POST", "/v1/auth/authenticator/confirm", shown)
    assert stale == (403, "ERR_2103", None)
    await ada.post("/v1/auth/step-up", {"passcode": PASSCODE, "code": ada.shown()})
    assert await ada.post("/v1/auth/authenticator/confirm", shown)
