"""The sandbox's Circle: keys, entity secret, wallet sets, wallets, paging."""

from __future__ import annotations

import uuid
from typing import Any

import attrs
import pytest

from tests.sandbox.circle_customer import AMOY, CircleCustomer

WALLETS = "/v1/w3s/developer/wallets"
SETS = "/v1/w3s/developer/walletSets"


async def test_a_wallet_has_one_address_on_every_evm_chain_and_its_own_on_solana(
    circle: CircleCustomer,
) -> None:
    reply = await circle.wallets(
        blockchains=[AMOY, "BASE-SEPOLIA", "SOL-DEVNET"], accountType="EOA", count=2
    )
    wallets = reply.data["wallets"]
    addresses = {(each["blockchain"], each["address"]) for each in wallets}
    amoy = {address for chain, address in addresses if chain == AMOY}
    base = {address for chain, address in addresses if chain == "BASE-SEPOLIA"}
    solana = {address for chain, address in addresses if chain == "SOL-DEVNET"}

    assert (reply.status, len(wallets)) == (201, 6)
    assert amoy == base
    assert len(amoy) == len(solana) == 2
    assert all(len(address) == 44 for address in solana)


async def test_a_wallet_is_found_by_id_address_and_reference(circle: CircleCustomer) -> None:
    wallet = await circle.wallet(metadata=[{"name": "deposit", "refId": "user-42"}])
    await circle.wallet(metadata=[{"name": "deposit", "refId": "user-43"}])

    by_id = (await circle.call("GET", f"/v1/w3s/wallets/{wallet['id']}")).data["wallet"]
    address = wallet["address"].upper().replace("0X", "0x")
    for query in (f"address={address}", "refId=user-42", f"walletSetId={wallet['walletSetId']}"):
        found = (await circle.call("GET", f"/v1/w3s/wallets?{query}")).data["wallets"]
        assert found == [wallet] == [by_id]
    assert wallet["scaCore"] == "circle_6900_singleowner_v3"


async def test_a_renamed_wallet_is_found_by_its_new_reference_only(circle: CircleCustomer) -> None:
    wallet = await circle.wallet(metadata=[{"refId": "old"}])
    await circle.call("PUT", f"/v1/w3s/wallets/{wallet['id']}", {"refId": "new"})

    old = (await circle.call("GET", "/v1/w3s/wallets?refId=old")).data["wallets"]
    new = (await circle.call("GET", "/v1/w3s/wallets?refId=new")).data["wallets"]
    assert (old, [each["id"] for each in new]) == ([], [wallet["id"]])


async def test_deriving_gives_the_same_address_on_another_chain_once(
    circle: CircleCustomer,
) -> None:
    wallet = await circle.wallet()
    path = f"{WALLETS}/{wallet['id']}/blockchains/BASE-SEPOLIA"
    first = await circle.call("PUT", path)
    again = await circle.call("PUT", path)
    by_address = await circle.call(
        "PUT",
        f"{WALLETS}/derive",
        {
            "sourceBlockchain": AMOY,
            "walletAddress": wallet["address"],
            "targetBlockchain": "BASE-SEPOLIA",
        },
    )

    assert (first.status, again.status, by_address.status) == (201, 200, 200)
    assert first.data == again.data == by_address.data
    assert first.data["wallet"]["address"] == wallet["address"]


async def test_a_repeated_key_gets_the_first_answer_and_makes_nothing(
    circle: CircleCustomer,
) -> None:
    asked = {
        "idempotencyKey": str(uuid.uuid4()),  # noqa: TID251 - a client makes its own keys
        "walletSetId": await circle.wallet_set(),
    }
    first = await circle.wallets(**asked)
    second = await circle.wallets(**asked)
    other = await circle.wallets(**asked, count=2)
    everything = (await circle.call("GET", "/v1/w3s/wallets")).data["wallets"]

    assert (first.status, second.status, first.body) == (201, 200, second.body)
    assert (other.status, other.code) == (409, 156020)
    assert everything == first.data["wallets"]


async def test_a_ciphertext_is_good_for_one_request(circle: CircleCustomer) -> None:
    ciphertext = await circle.ciphertext()
    first = await circle.signed(SETS, {"name": "a", "entitySecretCiphertext": ciphertext})
    second = await circle.signed(SETS, {"name": "b", "entitySecretCiphertext": ciphertext})
    assert (first.status, second.status, second.code) == (201, 400, 156004)


async def test_another_secret_is_refused_and_a_second_registration_too(
    circle: CircleCustomer,
) -> None:
    path = "/v1/w3s/config/entity/entitySecret"
    first = await circle.call("POST", path, {"entitySecretCiphertext": await circle.ciphertext()})
    second = await circle.call("POST", path, {"entitySecretCiphertext": await circle.ciphertext()})
    wrong = await circle.ciphertext(secret=b"x" * 32)
    short = await circle.ciphertext(secret=b"x" * 31)

    assert first.data["recoveryFile"]
    assert (second.status, second.code) == (409, 156015)
    for ciphertext in (wrong, short, "AAAA", "not base64"):
        reply = await circle.signed(SETS, {"name": "a", "entitySecretCiphertext": ciphertext})
        assert (reply.status, reply.code) == (400, 156013)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"count": 201}, 2),
        ({"count": 0}, 2),
        ({"blockchains": []}, 2),
        ({"blockchains": ["DOGE"]}, 2),
        ({"accountType": "MPC"}, 2),
        ({"idempotencyKey": "nonsense"}, 2),
        ({"idempotencyKey": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, 2),
        ({"metadata": [{}, {}]}, 155503),
        ({"blockchains": ["SOL-DEVNET"]}, 155507),
        ({"blockchains": ["MATIC"]}, 156006),
        ({"walletSetId": "9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001"}, 156005),
    ],
)
async def test_a_wallet_request_is_checked(
    circle: CircleCustomer, asked: dict[str, Any], code: int
) -> None:
    reply = await circle.wallets(**asked)
    assert reply.code == code
    assert bool(reply.body.get("errors")) is (code == 2)


@pytest.mark.parametrize(
    ("api_key", "code"),
    [("", 401), ("TEST_API_KEY:only", 401), ("SOME_KEY:a:b", 156007)],
)
async def test_a_bad_key_is_refused(circle: CircleCustomer, api_key: str, code: int) -> None:
    stranger = attrs.evolve(circle, api_key=api_key)
    reply = await stranger.call("GET", "/v1/w3s/wallets")
    assert (reply.status, reply.code) == (401, code)


async def test_nothing_there_is_said_in_circles_own_shape(circle: CircleCustomer) -> None:
    nobody = "9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001"
    codes = [
        (await circle.call("GET", path)).code
        for path in (
            f"/v1/w3s/wallets/{nobody}",
            f"/v1/w3s/tokens/{nobody}",
            f"/v1/w3s/transactions/{nobody}",
            f"/v1/w3s/walletSets/{nobody}",
            "/v1/w3s/wallets/nonsense",
            "/v1/nowhere",
        )
    ]
    assert codes == [156001, 156002, 156003, 156005, 156009, 404]
    assert (await circle.call("DELETE", "/v1/w3s/wallets")).code == 405


@pytest.mark.parametrize("order", ["ASC", "DESC"])
async def test_pages_reach_every_wallet_once_and_end(circle: CircleCustomer, order: str) -> None:
    made = [each["id"] for each in (await circle.wallets(count=7)).data["wallets"]]
    seen: list[str] = []
    for _ in range(5):
        cursor = f"&pageAfter={seen[-1]}" if seen else ""
        path = f"/v1/w3s/wallets?pageSize=3&order={order}{cursor}"
        page = [each["id"] for each in (await circle.call("GET", path)).data["wallets"]]
        if not page:
            break
        seen.extend(page)
    before = f"/v1/w3s/wallets?pageSize=3&order={order}&pageBefore={seen[4]}"
    back = [each["id"] for each in (await circle.call("GET", before)).data["wallets"]]

    assert seen == (made if order == "ASC" else made[::-1])
    assert back == seen[1:4]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("pageSize=51", 156014),
        ("pageSize=0", 156014),
        ("order=UP", 156014),
        ("pageAfter=x", 156014),
        ("pageAfter=9f0d6c0e-5d3c-4b60-9a34-6ab7f6a1c001", 156012),
        ("from=yesterday", 2),
    ],
)
async def test_bad_page_parameters_are_refused(
    circle: CircleCustomer, query: str, code: int
) -> None:
    assert (await circle.call("GET", f"/v1/w3s/wallets?{query}")).code == code


async def test_the_bounds_on_creation_are_inclusive(circle: CircleCustomer) -> None:
    wallet = await circle.wallet()
    at = wallet["createDate"].replace("Z", ".000000%2B0000")
    for query, count in ((f"from={at}&to={at}", 1), ("from=2999-01-01", 0), ("to=2000-01-01", 0)):
        found = (await circle.call("GET", f"/v1/w3s/wallets?{query}")).data["wallets"]
        assert len(found) == count
