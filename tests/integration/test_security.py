"""TLS and SASL, as `KafkaSettings` has them, on a broker that lets nobody else in."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from services.local import broker
from services.local.port import free_port
from shared.errors import SetupError
from shared.settings import KafkaSettings
from shared.stream import provision
from tests.integration.replica import Replica

pytestmark = pytest.mark.kafka

LOGIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_chipwire="hush";'


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaSettings]:
    """A broker with a second listener that wants TLS and a password; and the settings for it."""
    folder = tmp_path_factory.mktemp("secured")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1")
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "broker.pem").write_bytes(key + b"".join(blob.bytes() for blob in certificate.cert_chain_pems))  # Java reads PKCS 8 alone
    plain, secure, controller = free_port([]), free_port([]), free_port([])
    listeners = f"CLIENT://127.0.0.1:{plain},SECURE://127.0.0.1:{secure}"
    overrides = {
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": listeners,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.secure.plain.sasl.jaas.config": LOGIN,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "broker.pem"),
    }
    broker.up(folder / "kafka", plain, overrides)
    yield KafkaSettings(
        bootstrap_servers=f"127.0.0.1:{secure}",
        security_protocol="SASL_SSL",
        sasl_username="chipwire",
        sasl_password="hush",
        ssl_ca_file=str(folder / "ca.pem"),
        topic_prefix="secured.",
    )
    broker.down(folder / "kafka")


@pytest.fixture(autouse=True)
async def good_bye() -> AsyncIterator[None]:
    """Let TLS say good-bye before the loop ends.

    aiokafka does not wait for it where a log-on fails or the first broker was asked for the others. A loop that ends before the broker
    has answered leaves an open socket, which is found by the collection of garbage and charged to whichever test runs then.
    """
    yield
    watched = asyncio.get_running_loop()._selector.get_map()  # type: ignore[attr-defined]  # asyncio says nowhere else what is open
    for _ in range(1_000):
        if len(watched) == 1:  # the loop's own pipe
            break
        await asyncio.sleep(0.01)
    assert len(watched) == 1, "a connection stays open"
    gc.collect()


async def test_topics_are_made_and_a_service_runs_over_tls_with_a_password(secured: KafkaSettings, tmp_path: Path) -> None:
    await provision.apply(secured)
    names = ("security_protocol", "sasl_username", "sasl_password", "ssl_ca_file")
    replica = Replica(
        "tests.integration.toy", "one", secured, tmp_path, **{f"CHIPWIRE_{name.upper()}": str(getattr(secured, name)) for name in names}
    )
    replica.start()
    try:
        replica.wait_for('"assigned"')
        assert replica.stop()[0] == 0
    finally:
        replica.end()


@pytest.mark.parametrize("wrong", [{"sasl_password": "guess"}, {"ssl_ca_file": None}, {"security_protocol": "PLAINTEXT"}])
async def test_a_wrong_password_an_unknown_certificate_or_no_tls_is_a_sentence(secured: KafkaSettings, wrong: dict[str, object]) -> None:
    with pytest.raises(SetupError, match="cannot reach Kafka at"):
        await provision.drift(secured.model_copy(update=wrong))
