"""What every suite shares: where the data is, and a real broker, one per test run."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.local import broker
from shared.settings import KafkaSettings
from shared.stream import provision

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of measured data beside the checkout (CHIPWIRE_DATA); tests that need it skip with a sentence where it is not."""
    folder = Path(os.environ.get("CHIPWIRE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"NO DATA: {folder} is not there; set CHIPWIRE_DATA to run this test")
    return folder


@pytest.fixture(scope="session")
def broker_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | None]:
    """The home of the suite's own broker; None where CHIPWIRE_TEST_BOOTSTRAP_SERVERS names another. A user's cluster is never touched."""
    if os.environ.get("CHIPWIRE_TEST_BOOTSTRAP_SERVERS"):
        yield None
        return
    home = tmp_path_factory.mktemp("kafka")
    broker.up(home)
    yield home
    broker.down(home)


@pytest.fixture(scope="session")
def bootstrap_servers(broker_home: Path | None) -> str:
    """The address of the suite's broker."""
    return os.environ["CHIPWIRE_TEST_BOOTSTRAP_SERVERS"] if broker_home is None else broker.up(broker_home).bootstrap_servers


@pytest.fixture
async def cluster(bootstrap_servers: str) -> KafkaSettings:
    """A cluster with all topics, four partitions each, under a prefix of this test's own."""
    settings = KafkaSettings(bootstrap_servers=bootstrap_servers, topic_prefix=f"t{uuid.uuid4().hex[:8]}.", partitions=4)
    await provision.apply(settings)
    return settings
