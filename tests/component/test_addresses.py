"""A mistyped destination is refused while nothing has moved yet."""

from __future__ import annotations

import pytest

from domain.wallets.chain import Chain, InvalidAddress
from entrypoints.http.addresses import require_checksum
from tests.component.investor import Investor

EIP_55 = (
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)
"""The examples of EIP-55 itself."""


@pytest.mark.parametrize("address", EIP_55)
def test_the_examples_of_the_standard_pass_and_a_changed_letter_does_not(address: str) -> None:
    require_checksum(address, field="destination")
    body = address.removeprefix("0x")
    require_checksum(f"0x{body.lower()}", field="destination")
    require_checksum(f"0x{body.upper()}", field="destination")
    if body not in {body.lower(), body.upper()}:
        with pytest.raises(InvalidAddress):
            require_checksum(f"0x{body.swapcase()}", field="destination")


@pytest.mark.parametrize("address", ["0xZz", ""])
def test_what_is_no_evm_address_is_left_to_the_domain(address: str) -> None:
    require_checksum(address, field="destination")
    with pytest.raises(InvalidAddress):
        Chain.POLYGON.require_address(address, field="destination")


def test_an_address_on_solana_has_no_checksum() -> None:
    address = "So11111111111111111111111111111111111111112"
    require_checksum(address, field="destination")
    assert Chain.SOLANA.require_address(address, field="destination") == address


async def test_a_withdrawal_to_a_mistyped_address_is_refused_by_field(ada: Investor) -> None:
    await ada.funded()
    mistyped = EIP_55[2].replace("E94C", "e94C")
    wanted = {"amount": "20.00", "chain": "polygon", "destination": mistyped}
    refused = await ada.refused("POST", "/v1/withdrawals", wanted)
    assert refused == (422, "ERR_5002", "destination")
    await ada.may_withdraw_to(EIP_55[2])
    await ada.post("/v1/withdrawals", {**wanted, "destination": EIP_55[2]})
