from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.circle.chains import Network
from adapters.circle.client import PAGE_SIZE, PAGES_MAX
from adapters.circle.custodian import CircleCustodian
from adapters.circle.references import idempotency_key
from domain.ids import FIRM, ProcessId, reference
from domain.money import USDC, Money
from domain.processes.facts.funding import (
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    TransferDenied,
    TransferFailed,
    TransferSeen,
    WalletCreated,
)
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from ports.custody import PaymentFact
from ports.errors import (
    FundsMissing,
    ProviderDenied,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    ProviderWalletFrozen,
)
from tests.support.transports import Answer
from tests.unit.adapters.circle.scripted_client import (
    KEY,
    PEM,
    SECRET,
    SETTINGS,
    data,
    error,
    over,
    sent,
)

REF = reference(ProcessId("01920000-0000-7000-8000-000000000001"), "payment")
ADDRESS = "0x" + "1a" * 20
WALLET = CustodyWallet(chain=Chain.POLYGON, wallet_id="w-1", address=ADDRESS)
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
TOKEN = Network(testnet=True).usdc(Chain.POLYGON)


PUBLIC_KEY = data({"publicKey": PEM})
REFUSED = error(400, 156013)


async def send(*answers: Answer) -> object:
    return await paid(CircleCustodian(over(PUBLIC_KEY, *answers)[0]))


async def paid(custodian: CircleCustodian) -> PaymentFact:
    return await custodian.send(
        REF, wallet=WALLET, destination=ADDRESS, amount=Money.of("1.5", USDC), attempt=1
    )


def transaction(state: str, **fields: object) -> dict[str, object]:
    return {
        "id": "t-1",
        "state": state,
        "refId": REF,
        "walletId": "w-1",
        "tokenId": TOKEN,
        "txHash": "0xabc",
        "amounts": ["1.5"],
        **fields,
    }


async def test_every_try_carries_a_ciphertext_of_its_own_and_the_same_key() -> None:
    client, transport = over(data({"publicKey": PEM}), data({"id": "t-1", "state": "INITIATED"}))
    await CircleCustodian(client).send(
        REF, wallet=WALLET, destination=ADDRESS, amount=Money.of("1.5", USDC), attempt=1
    )
    first, second = sent(transport.requests[-1]), sent(transport.requests[-1])
    ciphertexts = [each.pop("entitySecretCiphertext") for each in (first, second)]
    assert first == second
    assert len(set(ciphertexts)) == 2
    for ciphertext in ciphertexts:
        assert KEY.decrypt(base64.b64decode(ciphertext), OAEP) == bytes.fromhex(SECRET)
    assert first == {
        "walletId": "w-1",
        "tokenId": TOKEN,
        "destinationAddress": ADDRESS,
        "amounts": ["1.500000"],
        "feeLevel": "MEDIUM",
        "refId": REF,
        "idempotencyKey": idempotency_key(REF),
    }


async def test_an_order_is_accepted_and_nothing_more() -> None:
    for state in ("INITIATED", "COMPLETE", "FAILED", "SOMETHING_NEW"):
        accepted = await send(data({"id": "t-1", "state": state}))
        assert accepted == PaymentAccepted(reference=REF, provider_id="t-1")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (error(400, 155201, "not enough funds"), FundsMissing),
        (error(400, 155258), FundsMissing),
        (error(409, 156020), ProviderRejected),
        (error(403, 155501), ProviderWalletFrozen),
        (error(400, 155501), ProviderWalletFrozen),
        (error(403, 155219), ProviderDenied),
        (error(400, 155262), ProviderDenied),
        (error(403, 3), ProviderUnavailable),
        (error(400, 156004), ProviderUnavailable),
        (error(400, 155505), ProviderUnavailable),
        (error(400, 155264), ProviderUnavailable),
        (error(401, 401), ProviderUnavailable),
        (error(500, -1), ProviderUnavailable),
        (data({"state": "INITIATED"}), ProviderOutcomeUnknown),
        (data(None), ProviderOutcomeUnknown),
        (attrs.evolve(data({}), body=b"<html>"), ProviderUnavailable),
    ],
)
async def test_each_answer_means_one_failure(answer: Answer, outcome: type[ProviderError]) -> None:
    with pytest.raises(ProviderError) as raised:
        await send(answer)
    assert type(raised.value) is outcome
    assert raised.value.provider == "circle"
    assert raised.value.operation == "transfer"


@pytest.mark.situation(
    "Circle changes the public key of our entity, and refuses what is encrypted with the old one",
    must="the key is fetched again once, and the request sent with it",
)
async def test_a_refused_ciphertext_refutes_the_cached_key() -> None:
    accepted = data({"id": "t-1"})
    client, transport = over(PUBLIC_KEY, accepted, REFUSED, PUBLIC_KEY, accepted)
    custodian = CircleCustodian(client)
    for _ in range(2):
        assert isinstance(await paid(custodian), PaymentAccepted)
    key, payment = "get_entity_public_key", "transfer"
    operations = [request.operation for request in transport.requests]
    assert operations == [key, payment, payment, key, payment]


async def test_a_secret_that_stays_refused_is_sent_twice_and_not_for_ever() -> None:
    client, transport = over(PUBLIC_KEY, REFUSED, PUBLIC_KEY, REFUSED)
    with pytest.raises(ProviderUnavailable):
        await paid(CircleCustodian(client))
    assert len(transport.requests) == 4


async def test_a_refusal_says_why() -> None:
    with pytest.raises(ProviderRejected, match="code 155201: not enough funds"):
        await send(error(400, 155201, "not enough funds"))


@pytest.mark.parametrize(
    ("item", "fact"),
    [
        (
            transaction("COMPLETE"),
            PaymentCompleted(
                reference=REF, provider_id="t-1", tx_hash="0xabc", amount=Money.of("1.5", USDC)
            ),
        ),
        (
            transaction("FAILED", errorReason="ESTIMATION_ERROR"),
            PaymentFailed(reference=REF, reason="ESTIMATION_ERROR"),
        ),
        (transaction("DENIED"), PaymentFailed(reference=REF, reason="DENIED", final=True)),
        (transaction("CANCELLED"), PaymentFailed(reference=REF, reason="CANCELLED")),
        (transaction("CONFIRMED"), PaymentAccepted(reference=REF, provider_id="t-1")),
        (transaction("STUCK"), PaymentAccepted(reference=REF, provider_id="t-1")),
        (transaction("COMPLETED"), PaymentAccepted(reference=REF, provider_id="t-1")),
    ],
)
async def test_only_final_states_end_a_payment(item: object, fact: object) -> None:
    custodian = CircleCustodian(over(data({"transaction": item}))[0])
    assert await custodian.find_payment(REF, provider_id="t-1") == fact


async def test_a_search_goes_on_to_the_page_that_has_it() -> None:
    page = [transaction("COMPLETE", id=f"x-{n}", refId="other") for n in range(PAGE_SIZE)]
    client, transport = over(
        data({"transactions": page}), data({"transactions": [transaction("SENT")]})
    )
    found = await CircleCustodian(client).find_payment(REF, provider_id=None)
    assert found == PaymentAccepted(reference=REF, provider_id="t-1")
    first, second = (request.params for request in transport.requests)
    assert first["txType"] == "OUTBOUND"
    assert "pageAfter" not in first
    assert second["pageAfter"] == f"x-{PAGE_SIZE - 1}"


async def test_a_search_without_an_end_is_not_taken_for_an_answer() -> None:
    page = [transaction("SENT", refId="other") for _ in range(PAGE_SIZE)]
    client, transport = over(data({"transactions": page}))
    with pytest.raises(ProviderUnavailable):
        await CircleCustodian(client).find_payment(REF, provider_id=None)
    assert len(transport.requests) == PAGES_MAX


async def test_only_usdc_that_reached_the_chain_has_arrived() -> None:
    items = [
        transaction("CONFIRMED", id="seen", createDate="2026-03-02T15:00:05.123456789Z"),
        transaction("COMPLETE", id="final"),
        transaction("INITIATED"),
        transaction("COMPLETE", tokenId="another-token", amounts=["7.123456789"]),
    ]
    client, transport = over(data({"transactions": items}))
    since = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    seen = await CircleCustodian(client).inbound_since(since)
    arrived = [each for each in seen if isinstance(each, TransferSeen)]
    assert [(each.transaction_id, each.final) for each in arrived] == [
        ("seen", False),
        ("final", True),
    ]
    assert len(arrived) == len(seen)
    assert seen[0] == TransferSeen(
        transaction_id="seen",
        wallet_id="w-1",
        tx_hash="0xabc",
        amount=Money.of("1.5", USDC),
        final=False,
        seen_at=datetime(2026, 3, 2, 15, 0, 5, 123456, tzinfo=UTC),
    )
    assert transport.requests[0].params["from"] == "2026-03-01T10:00:00.000Z"
    assert transport.requests[0].params["order"] == "ASC"


@pytest.mark.parametrize("amounts", [[], ["1", "2"], [1.5], ["1.0000001"], ["much"], None])
async def test_an_unreadable_amount_is_not_guessed_and_hides_nothing(amounts: object) -> None:
    items = [transaction("COMPLETE", amounts=amounts), transaction("COMPLETE", id="readable")]
    client, _ = over(data({"transactions": items}))
    seen = await CircleCustodian(client).inbound_since(datetime(2026, 3, 1, tzinfo=UTC))
    assert [each.transaction_id for each in seen] == ["readable"]


@pytest.mark.situation(
    "transfers of zero, less than zero, more than there is, or named as nothing is named",
    must="they are no arrival, and those after them are read",
)
@pytest.mark.parametrize(
    "fields",
    [
        {"amounts": ["0"]},
        {"amounts": ["0.000000"]},
        {"amounts": ["-5.00"]},
        {"amounts": ["9223372036854.775807"]},
        {"amounts": ["100000000000.000001"]},
        {"txHash": "0x\u0000"},
        {"walletId": "w\u0000"},
    ],
)
@pytest.mark.parametrize("state", ["CONFIRMED", "COMPLETE", "DENIED"])
async def test_what_is_no_money_is_no_arrival(fields: dict[str, object], state: str) -> None:
    items = [transaction(state, **fields), transaction("COMPLETE", id="readable")]
    client, _ = over(data({"transactions": items}))
    seen = await CircleCustodian(client).inbound_since(datetime(2026, 3, 1, tzinfo=UTC))
    assert [each.transaction_id for each in seen] == ["readable"]


async def test_a_denied_transfer_is_told_apart_from_one_that_never_arrived() -> None:
    items = [
        transaction("DENIED", id="denied", createDate="2026-03-02T15:00:05Z"),
        transaction("FAILED", id="failed", createDate="never", errorReason="FAILED_ON_CHAIN"),
        transaction("CANCELLED", id="cancelled"),
    ]
    client, _ = over(data({"transactions": items}))
    denied, failed, cancelled = await CircleCustodian(client).inbound_since(
        datetime(2026, 3, 1, tzinfo=UTC)
    )
    assert isinstance(denied, TransferDenied)
    assert (denied.amount, denied.final) == (Money.of("1.5", USDC), True)
    assert failed == TransferFailed(transaction_id="failed", reason="FAILED_ON_CHAIN")
    assert cancelled == TransferFailed(transaction_id="cancelled", reason="CANCELLED")


async def test_of_an_endless_backlog_the_first_pages_are_taken() -> None:
    page = [transaction("COMPLETE", id=f"x-{n}") for n in range(PAGE_SIZE)]
    client, transport = over(data({"transactions": page}))
    seen = await CircleCustodian(client).inbound_since(datetime(2026, 3, 1, tzinfo=UTC))
    assert (len(transport.requests), len(seen)) == (PAGES_MAX, PAGES_MAX * PAGE_SIZE)


async def test_an_address_of_another_form_is_not_taken() -> None:
    client, _ = over(
        data({"publicKey": PEM}),
        data({"wallets": [{"id": "w-1", "blockchain": "MATIC-AMOY", "address": "nowhere"}]}),
    )
    with pytest.raises(ProviderOutcomeUnknown):
        await CircleCustodian(client).create_wallet(REF, owner=FIRM, chain=Chain.POLYGON, attempt=1)


async def test_a_missing_wallet_set_is_made_once() -> None:
    settings = attrs.evolve(SETTINGS, wallet_set_id=None)
    wallets = data({"wallets": [{"id": "w-1", "blockchain": "MATIC-AMOY", "address": ADDRESS}]})
    client, transport = over(
        data({"walletSets": [{"id": "s-0", "name": "another"}]}),
        data({"publicKey": PEM}),
        data({"walletSet": {"id": "s-1"}}),
        wallets,
        settings=settings,
    )
    custodian = CircleCustodian(client)
    for _ in range(2):
        made = await custodian.create_wallet(REF, owner=FIRM, chain=Chain.POLYGON, attempt=1)
        assert made == WalletCreated(reference=REF, provider_id="w-1", address=ADDRESS)
        assert sent(transport.requests[-1])["walletSetId"] == "s-1"
    operations = [request.operation for request in transport.requests]
    assert operations.count("create_wallet_set") == 1


async def test_only_usdc_of_the_wallets_chain_is_held() -> None:
    balances = [
        {"amount": "10.5", "token": {"id": TOKEN}},
        {"amount": "99.123456789", "token": {"id": "native"}},
    ]
    client, _ = over(data({"tokenBalances": balances}))
    held = await CircleCustodian(client).holdings([WALLET])
    assert held == {"w-1": Money.of("10.5", USDC)}


async def test_a_public_key_of_another_kind_is_not_used() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    client, _ = over(data({"publicKey": pem}))
    with pytest.raises(ProviderOutcomeUnknown):
        await CircleCustodian(client).create_wallet(REF, owner=FIRM, chain=Chain.POLYGON, attempt=1)
