"""The books of a lane balance, and say so when something makes them not to."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from shared.errors import PoisonError
from shared.metrics import FetcherMetrics, StageMetrics
from shared.records.record import Message, Record
from shared.settings import ServiceSettings
from shared.stream.batches import Batches
from shared.stream.ledger import Ledger
from shared.stream.transactions import Output
from tests.conftest import ROOT
from tests.integration.toy import STAGE, WORDS_IN, WORDS_OUT


def test_books_balance_when_each_record_gave_one_output() -> None:
    ledger = Ledger()
    ledger.take([3, 4, 7])
    assert ledger.settle(5, [3, 4]) == 0
    assert ledger.in_flight == 1
    assert ledger.settle(8, [7]) == 0
    assert ledger.in_flight == 0


@pytest.mark.parametrize(
    ("next_offset", "written", "imbalance"),
    [
        (8, [3, 4], 1),  # one was lost
        (8, [3, 4, 4, 7], 1),  # one was doubled
        (8, [3, 4, 4], 2),  # one was doubled and one lost: they do not cancel out
        (8, [3, 4, 7, 9], 1),  # an output of nothing
        (5, [3, 4, 7], 1),  # written, but not committed: it would come again
    ],
)
def test_every_way_to_lose_or_double_shows(next_offset: int, written: list[int], imbalance: int) -> None:
    ledger = Ledger()
    ledger.take([3, 4, 7])
    assert ledger.settle(next_offset, written) == imbalance


def test_what_is_given_back_is_read_again_and_counts_once() -> None:
    ledger = Ledger()
    ledger.take([1, 2])
    ledger.give_back()
    ledger.take([1, 2])
    assert ledger.settle(3, [1, 2]) == 0


class Echo:
    """Stands for the pool: echoes each record, and gives up those that say so."""

    pulse = 0

    def __init__(self) -> None:
        self.deaths: dict[str, int] = {}

    async def run(self, items: Sequence[Record], seconds: float | None = None) -> list[Message | PoisonError]:
        return [PoisonError("told-to") if item.value == b"poison" else Message(item.key, item.value) for item in items]


class Road:
    """Stands for the lane: gives records once, keeps what is committed, and ends where there is nothing more."""

    def __init__(self, records: list[Record]) -> None:
        self.settings = ServiceSettings(replica="one", batch=10)
        self.partition = 0
        self.registry = CollectorRegistry()
        self.metrics = StageMetrics(self.registry)
        self.written: list[Output] = []
        self._records = records

    async def seek_committed(self) -> None: ...

    def moved(self) -> None: ...

    async def poll(self, most: int) -> list[Record]:
        found, self._records = self._records[:most], self._records[most:]
        return found

    async def commit(self, outputs: Sequence[Output], next_offset: int) -> None:
        self.written += outputs

    async def commit_position(self) -> None:
        raise EOFError

    def count(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)


def drive(batches: Any) -> Road:
    road = Road([Record("t", 0, 2 * number, 0, b"k", b"poison" if number % 5 == 0 else b"fine") for number in range(25)])
    with pytest.raises(EOFError):
        asyncio.run(batches(road))
    return road


def test_in_is_out_and_dead_letters_and_nothing_in_flight() -> None:
    road = drive(Batches(STAGE, Echo()))  # type: ignore[arg-type]  # a stand-in for the pool
    assert road.count("chipwire_records_in_total", topic=WORDS_IN.name) == 25
    assert road.count("chipwire_records_out_total", topic=WORDS_OUT.name) == 20
    assert road.count("chipwire_dead_letters_total", topic=WORDS_IN.name, reason="told-to") == 5
    assert road.count("chipwire_in_flight_records", topic=WORDS_IN.name, partition="0") == 0
    assert road.count("chipwire_imbalance_records_total", topic=WORDS_IN.name) == 0


class Leaky(Batches):
    """Loses the second output of every batch."""

    def _outputs(self, batch: Sequence[Record], results: Sequence[Message | PoisonError]) -> Any:
        outputs, errors = super()._outputs(batch, results)
        return outputs[:1] + outputs[2:], errors


def test_a_stage_that_loses_records_is_out_of_balance() -> None:
    road = drive(Leaky(STAGE, Echo()))  # type: ignore[arg-type]  # a stand-in for the pool
    assert road.count("chipwire_imbalance_records_total", topic=WORDS_IN.name) == 3


def test_the_alerts_ask_for_metrics_that_there_are() -> None:
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "conservation.yaml").read_text())["groups"][0]["rules"]
    registry = CollectorRegistry()
    StageMetrics(registry)
    FetcherMetrics(registry)
    known = {f"{family.name}_total" if family.type == "counter" else family.name for family in registry.collect()}
    asked = [re.findall(r"chipwire_\w+", rule["expr"]) for rule in rules]
    assert len(asked) == 4
    assert all(names and set(names) <= known for names in asked)
