"""Settings from the environment, prefix ``CHIPWIRE_``; one class a service, `docs/settings.md` is their table.

Only this module reads the environment, and only when a `main` asks for it.
"""

from collections.abc import Callable
from ssl import SSLContext, create_default_context
from typing import Literal, Self, TypeVar

from pydantic import Field, HttpUrl, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from shared.errors import SetupError
from shared.topics import Topic

S = TypeVar("S", bound="KafkaSettings")


class KafkaSettings(BaseSettings):
    """Where the cluster is, how to log on to it, and the prefix of every name on it."""

    model_config = SettingsConfigDict(env_prefix="CHIPWIRE_", extra="ignore", frozen=True)

    bootstrap_servers: str = Field(default="127.0.0.1:9092", description="Comma-separated host:port of the cluster.")
    topic_prefix: str = Field(
        default="",
        pattern=r"^[a-zA-Z0-9._-]{0,60}$",
        description="Goes before every topic name, group and transactional id: a shadow copy of the pipeline beside the real one.",
    )
    partitions: int = Field(default=4, ge=1, le=1000, description="Partitions of every topic, fixed at creation. 12 advised in production.")
    replication_factor: int = Field(default=1, ge=1, le=9, description="Copies of every partition. 3 advised in production.")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How to talk to the brokers."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(default="PLAIN", description="With SASL: the mechanism.")
    sasl_username: str | None = Field(default=None, description="With SASL: the user.")
    sasl_password: str | None = Field(default=None, repr=False, description="With SASL: the password.")
    ssl_ca_file: str | None = Field(default=None, description="With SSL: the certificate authorities, PEM; else the system's.")
    ssl_cert_file: str | None = Field(default=None, description="With SSL: our certificate, PEM.")
    ssl_key_file: str | None = Field(default=None, description="With SSL: the key of our certificate, PEM.")

    @field_validator("bootstrap_servers")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        for server in value.split(","):
            host, _, port = server.strip().rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 65536:
                raise ValueError(f"{server.strip()!r} is not host:port")
        return value

    @model_validator(mode="after")
    def _complete_login(self) -> Self:
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self.sasl_password):
            raise ValueError(f"{self.security_protocol} needs CHIPWIRE_SASL_USERNAME and CHIPWIRE_SASL_PASSWORD")
        return self

    @property
    def keep_everything(self) -> bool:
        """Whether topics keep every record: those of a shadow or development prefix do."""
        return bool(self.topic_prefix)

    def topic(self, topic: "Topic[object]") -> str:
        """Return the name of a topic on this cluster."""
        return self.topic_prefix + topic.name

    def ssl_context(self) -> SSLContext | None:
        """Return the TLS context, None without TLS.

        Raises:
            SetupError: If a certificate cannot be read.
        """
        if "SSL" not in self.security_protocol.split("_"):
            return None
        try:
            context = create_default_context(cafile=self.ssl_ca_file)
            if self.ssl_cert_file:
                context.load_cert_chain(self.ssl_cert_file, self.ssl_key_file)
        except OSError as error:
            raise SetupError(f"cannot read the certificates of CHIPWIRE_SSL_*: {error}") from error
        return context


class RegistrySettings(KafkaSettings):
    """What whoever registers feeds can be told besides."""

    rsshub: HttpUrl | None = Field(
        default=None, description="Address of an RSSHub: `rsshub://route` in a file, or given to `feeds add`, is that route of it."
    )


class ServiceSettings(KafkaSettings):
    """What every service can be told."""

    replica: str = Field(
        pattern=r"^[a-zA-Z0-9._-]{1,60}$",
        description="Name of this replica, unique in its group (the group instance id): a restarted one gets its partitions back at once.",
    )
    port: int = Field(default=0, ge=0, le=65535, description="Port of /metrics, /livez and /readyz; 0 picks a free one and logs it.")
    host: str = Field(default="127.0.0.1", description="Address of that port; 0.0.0.0 in a container.")
    group: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9._-]{1,100}$", description="Consumer group; default chipwire.<service>.")
    batch: int = Field(default=250, ge=1, le=10000, description="Most records of one transaction.")
    workers: int = Field(default=1, ge=1, le=64, description="Worker processes that run the step.")
    max_dead_letters_in_a_row: int = Field(
        default=100, ge=0, description="So many on one partition with none between them that went well stop the service; 0 means never."
    )
    cpu_limit: float = Field(default=2, gt=0, le=3600, allow_inf_nan=False, description="CPU seconds that one record may take in a worker.")
    time_limit: float = Field(
        default=20, gt=0, le=3600, allow_inf_nan=False, description="Seconds that one record may take in a worker, asleep or not."
    )
    memory_limit: int = Field(default=512, ge=64, le=1_000_000, description="MiB that a worker may grow by (Linux).")

    def group_id(self, service: str) -> str:
        """Return the consumer group of `service` on this cluster."""
        return self.topic_prefix + (self.group or f"chipwire.{service}")


class FetcherSettings(ServiceSettings):
    """What the fetcher can be told besides."""

    host_gap: float = Field(default=2, ge=0, description="Seconds between two requests to one host.")
    poll_floor: float = Field(
        default=900, gt=0, description="Seconds: no feed is polled more often, unless its own poll_minutes say so or it lost entries."
    )
    recheck_after: tuple[float, ...] = Field(
        default=(6 * 3600, 24 * 3600, 72 * 3600), description="Seconds after which a page is looked at again, as a JSON list."
    )
    tombstone_after: float = Field(default=7 * 86400, ge=0, description="Seconds from a retraction to its tombstone.")
    allow_loopback: bool = Field(default=False, description="Let feeds and pages lie on this machine, on any port: for demo and tests.")
    user_agent: str = Field(
        default="chipwire/0.1 (+https://github.com/chipwire/chipwire)", description="How the fetcher names itself; put your contact in it."
    )
    rsshub: HttpUrl | None = Field(
        default=None, description="Address of an RSSHub, the one host that may be at a private address and on any port."
    )
    request_timeout: float = Field(default=30, gt=0, description="Seconds that one request may take.")
    connections: int = Field(default=64, ge=1, le=2000, description="Most requests under way at once.")


def read(kind: type[S], **given: object) -> S:
    """Return the settings from the environment, those of `given` put in their place.

    Raises:
        SetupError: One line that names the first bad setting.
    """
    make: Callable[..., S] = kind
    try:
        return make(**given)
    except SettingsError as error:
        raise SetupError(f"a setting cannot be read: {error}; lists are JSON, such as [3, 6]; see docs/settings.md") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if not first["loc"]:
            raise SetupError(f"{first['msg'].removeprefix('Value error, ')}; see docs/settings.md") from error
        name = "CHIPWIRE_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        what = "is not set" if first["type"] == "missing" else f"is wrong: {first['msg']}"
        raise SetupError(f"{name} {what}; see docs/settings.md") from error
