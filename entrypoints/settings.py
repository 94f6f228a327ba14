"""
The classes of all settings.

Each adapter declares its own class; ``entrypoints.configuration`` reads the values.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Literal

import attrs

from adapters.alpaca.settings import AlpacaSettings
from adapters.circle.settings import CircleSettings
from adapters.due.settings import DueSettings
from adapters.harbor.settings import HarborSettings
from adapters.identity.secret_cipher import CipherSettings
from adapters.identity.tokens import TokenSettings
from adapters.mail.settings import MAILDIR, MailSettings
from adapters.nodes.settings import NodeSettings
from adapters.postgres.settings import PostgresSettings
from adapters.push_relay.settings import RelaySettings
from adapters.redis.client import RedisSettings
from adapters.system.anchored_clock import ClockSettings
from adapters.system.log_format import LogSettings
from adapters.telemetry.tracing import TracingSettings
from domain.limits import Limits
from domain.processes.age_limits import AgeLimits
from domain.processes.retry_policy import RetryPolicy
from domain.reconciliation.schedule import ReconciliationSchedule
from domain.trading.instrument import Basket
from domain.wallets.chain import Chain
from domain.wallets.payout_address import CoolDown

Network = IPv4Network | IPv6Network


@attrs.frozen(kw_only=True)
class ConnectionSettings:
    """
    Timeouts of one connection, in seconds, and how many connections there may be at ``most``.

    Headers must be complete ``header_timeout_s`` after their first byte, and an answer must be read within
    ``answer_timeout_s``. Between two requests a connection may be idle for ``idle_timeout_s``.
    """

    header_timeout_s: float = attrs.field(default=10.0, validator=attrs.validators.gt(0))
    idle_timeout_s: float = attrs.field(default=75.0, validator=attrs.validators.gt(0))
    answer_timeout_s: float = attrs.field(default=30.0, validator=attrs.validators.gt(0))
    most: int = attrs.field(default=2000, validator=attrs.validators.ge(1))


@attrs.frozen(kw_only=True)
class HttpSettings:
    """
    Where the API listens, the URL under which providers reach it, and the limits of its requests.

    ``trusted_proxies`` are the networks whose ``X-Forwarded-For`` is believed, ``cors_origins`` the origins
    whose scripts may call. Without ``hsts_max_age_s`` browsers may use plain HTTP. After a stop signal the
    API still answers for ``drain_delay_s`` but is not ready; then open requests have ``drain_s`` to finish.
    """

    host: str
    port: int = attrs.field(validator=[attrs.validators.ge(0), attrs.validators.le(65535)])
    public_url: str
    drain_s: float = 30.0
    drain_delay_s: float = attrs.field(default=0.0, validator=attrs.validators.ge(0))
    request_timeout_s: float = attrs.field(default=30.0, validator=attrs.validators.gt(0))
    body_timeout_s: float = attrs.field(default=10.0, validator=attrs.validators.gt(0))
    connections: ConnectionSettings = ConnectionSettings()
    trusted_proxies: tuple[Network, ...] = ()
    cors_origins: tuple[str, ...] = ()
    hsts_max_age_s: int = attrs.field(default=0, validator=attrs.validators.ge(0))


@attrs.frozen(kw_only=True)
class Allowance:
    """At most ``calls`` calls in any window of ``window_s`` seconds."""

    calls: int = attrs.field(validator=attrs.validators.ge(1))
    window_s: int = attrs.field(validator=attrs.validators.ge(1))


@attrs.frozen(kw_only=True)
class LimitSettings:
    """The quotas of one caller, and of one address without a caller."""

    auth: Allowance
    trading: Allowance
    money: Allowance
    reads: Allowance


@attrs.frozen(kw_only=True)
class WorkerSettings:
    """The jobs of one lane, which wait for the same provider, use at most ``lane_share`` of the places."""

    concurrency_max: int = attrs.field(validator=attrs.validators.ge(1))
    lease_s: float
    idle_s: float
    poll_inbound_s: float
    roll_up_s: float
    seal_s: float
    sweep_s: float
    lane_share: float = attrs.field(default=0.3, validator=attrs.validators.gt(0))
    drain_s: float = 30.0
    beat_s: float = 5.0
    vitals_s: float = 10.0
    balance_s: float = 60.0
    settle_s: float = 600.0
    supervise_s: float = 60.0
    reconcile_s: float = 10.0
    watch_wallets_s: float = 15.0
    breaks_s: float = 30.0


@attrs.frozen(kw_only=True)
class MetricsSettings:
    """
    Where each process serves its metrics, on the internal network only; not at all while ``port`` is 0.

    ``memory_limit_bytes`` is the limit of a process, by default that of the container or the machine.
    ``disks`` are paths on the watched disks. Error budgets are read from ``prometheus_url``, if set.
    """

    host: str = "127.0.0.1"
    port: int = attrs.field(
        default=0, validator=[attrs.validators.ge(0), attrs.validators.le(65535)]
    )
    memory_limit_bytes: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    disks: tuple[str, ...] = ("/",)
    prometheus_url: str = ""


@attrs.frozen(kw_only=True)
class OfframpSettings:
    """The off-ramp that converts. Change it while no conversion is open: the other cannot see it."""

    provider: Literal["due", "harbor"] = "due"


@attrs.frozen(kw_only=True)
class FundingSettings:
    """
    How converted dollars become buying power.

    ``journal`` moves cash that the firm has received. With ``instant`` Alpaca lends it before our dollars
    arrive, and is paid later; beyond Alpaca's limits it journals. Change it only while no deposit is being
    funded.
    """

    strategy: Literal["journal", "instant"] = "journal"


@attrs.frozen(kw_only=True)
class Settings:
    environment: str = attrs.field(
        validator=attrs.validators.in_(("development", "test", "staging", "production"))
    )
    log_level: str
    log: LogSettings
    clock: ClockSettings
    chains: tuple[Chain, ...]
    http: HttpSettings
    limits: LimitSettings
    tiers: Limits
    worker: WorkerSettings
    metrics: MetricsSettings
    tracing: TracingSettings
    postgres: PostgresSettings
    redis: RedisSettings
    tokens: TokenSettings
    vault: CipherSettings
    mail: MailSettings = attrs.field()
    withdrawals: CoolDown = attrs.field()
    retries: RetryPolicy
    age_limits: AgeLimits
    reconciliation: ReconciliationSchedule
    circle: CircleSettings
    offramp: OfframpSettings
    due: DueSettings
    harbor: HarborSettings = attrs.field()
    alpaca: AlpacaSettings
    nodes: NodeSettings
    funding: FundingSettings
    relay: RelaySettings
    baskets: tuple[Basket, ...]

    @withdrawals.validator
    def _leaves_time_to_notice(self, _: object, withdrawals: CoolDown) -> None:
        if self.environment == "production" and not withdrawals.cooling_s:
            raise ValueError("withdrawals.cooling_s: must not be 0 in production")

    @harbor.validator
    def _has_a_key(self, _: object, harbor: HarborSettings) -> None:
        if self.offramp.provider == "harbor" and not (harbor.api_key and harbor.webhook_secret):
            raise ValueError("harbor: the chosen off-ramp needs api_key and webhook_secret")

    @mail.validator
    def _reaches_people(self, _: object, mail: MailSettings) -> None:
        if self.environment == "production" and mail.kind == MAILDIR:
            raise ValueError(
                f"mail.kind: must not be {MAILDIR} in production: e-mails would not be sent"
            )
