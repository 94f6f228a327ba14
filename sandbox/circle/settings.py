"""How the sandbox custodian behaves; every default works out of the box."""

from __future__ import annotations

import attrs

from domain.money import USDC, Money


@attrs.frozen(kw_only=True)
class CircleSandboxSettings:
    """
    Delays are in virtual seconds. An empty ``api_keys`` accepts any well-formed key.

    With ``implicit_entity_secret`` the first well-formed ciphertext registers its secret, so that a
    local run needs no set-up step. ``rsa_bits`` is 4096 at Circle; 2048 starts and decrypts faster.
    ``rate_limit_factor`` 1 is Circle's own limits; they are far away by default. New smart accounts
    are of ``smart_account_core``. ``drip_coins`` is what the faucet gives of a gas coin, whole coins.
    """

    api_keys: tuple[str, ...] = ()
    app_id: str = "5f0c6a52-3d3c-4b60-9a34-6ab7f6a1c0de"
    implicit_entity_secret: bool = True
    rsa_bits: int = 2048
    clear_s: float = 0.5
    queue_s: float = 0.5
    broadcast_s: float = 1.0
    include_s: float = 1.0
    stuck_s: float = 60.0
    drip: Money = Money(10_000_000, USDC)
    drip_coins: int = 1
    smart_account_core: str = "circle_6900_singleowner_v3"
    rate_limit_factor: int = 1000
