"""The body of a stage's lane: poll ──► step in the pool ──► outputs, dead letters and offset in one transaction."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.errors import LineStopped, PoisonError
from shared.records.dead_letter import dead_letter
from shared.records.record import Message, Record
from shared.stream.lane import BATCH_BYTES, Lane
from shared.stream.ledger import Ledger
from shared.stream.pool import Pool
from shared.stream.stage import Stage
from shared.stream.transactions import Output, RefusedError, too_large

STEP_SECONDS = 5.0
"""After so much work a batch is cut and its finished prefix goes on: slow records would outlast any patience."""
BUSY_RATE = 10.0
REST_SECONDS = 0.05
"""A transaction for one record costs as much as for fifty, so a lane that does more than `BUSY_RATE` records/s waits for company."""

log = logging.getLogger(__name__)


class Batches:
    """What one lane of a stage does. It outlives the lane's starts, to remember which outputs the broker refused."""

    def __init__(self, stage: Stage[Any, Any], pool: Pool[Record, Message]) -> None:
        self._stage = stage
        self._pool = pool
        self._ledger = Ledger()
        self._refused: dict[int, PoisonError] = {}
        self._dead_in_a_row = 0

    async def __call__(self, lane: Lane) -> None:
        """Process the partition from its committed offset, for ever."""
        await lane.seek_committed()
        try:
            await self._turn(lane)
        finally:
            self._ledger.give_back()
            self._show_in_flight(lane)

    async def _turn(self, lane: Lane) -> None:
        waiting: list[Record] = []
        last = time.monotonic()
        while True:
            if not waiting:
                waiting = await lane.poll(lane.settings.batch)
                self._ledger.take(record.offset for record in waiting)
                self._show_in_flight(lane)
            if not waiting:
                await lane.commit_position()
                continue
            done = await self._process(lane, _bounded(waiting))
            waiting = waiting[done:]
            now = time.monotonic()
            if not waiting and done < lane.settings.batch and done / (now - last) > BUSY_RATE:
                await asyncio.sleep(REST_SECONDS)
            last = now

    async def _process(self, lane: Lane, batch: Sequence[Record]) -> int:
        """Carry a prefix of `batch` through and return its length, at least 1."""
        began = time.monotonic()
        results = await self._run(lane, batch)
        lane.metrics.step_seconds.observe(time.monotonic() - began)
        batch = batch[: len(results)]
        outputs, errors = self._outputs(batch, results)
        dead_in_a_row = self._hold(lane, errors)
        try:
            await lane.commit(outputs, batch[-1].offset + 1)
        except RefusedError as error:
            self._remember(batch[error.output.input], error)
            raise
        self._refused.clear()
        self._dead_in_a_row = dead_in_a_row
        self._count(lane, batch, outputs, errors)
        lane.metrics.batch_seconds.observe(time.monotonic() - began)
        return len(batch)

    async def _run(self, lane: Lane, batch: Sequence[Record]) -> list[Message | PoisonError]:
        """Run the step; a chunk of records that all run into their limits takes long, but the pool turns."""
        running = asyncio.create_task(self._pool.run(batch, STEP_SECONDS))
        try:
            pulse = self._pool.pulse
            while not (await asyncio.wait([running], timeout=STEP_SECONDS))[0]:
                if pulse != (pulse := self._pool.pulse):
                    lane.moved()
            return running.result()
        finally:
            running.cancel()

    def _outputs(self, batch: Sequence[Record], results: Sequence[Message | PoisonError]) -> tuple[list[Output], list[PoisonError | None]]:
        outputs: list[Output] = []
        errors: list[PoisonError | None] = []
        now = datetime.now(UTC)
        for place, (record, result) in enumerate(zip(batch, results, strict=True)):
            result = self._refused.get(record.offset, result)
            if isinstance(result, Message):
                result = too_large(result, self._stage.sink) or result
            if isinstance(result, PoisonError):
                message = dead_letter(record, self._stage.name, result, now)
                outputs.append(Output(self._stage.source.dead_letters, record.partition, message, place))
                errors.append(result)
            else:
                outputs.append(Output(self._stage.sink, record.partition, result, place))
                errors.append(None)
        return outputs, errors

    def _hold(self, lane: Lane, errors: Sequence[PoisonError | None]) -> int:
        """Return how many dead letters stand in a row at the end; stop the line rather than empty a topic into them."""
        most, row = lane.settings.max_dead_letters_in_a_row, self._dead_in_a_row
        for error in errors:
            row = row + 1 if error else 0
            if error and row == most:
                raise LineStopped(
                    f"{most} dead letters in a row on partition {lane.partition}, the last for {error}; "
                    "mend the cause, or raise CHIPWIRE_MAX_DEAD_LETTERS_IN_A_ROW (0 = never stop)"
                )

        return row

    def _remember(self, record: Record, error: RefusedError) -> None:
        if error.output.topic != self._stage.sink:
            raise LineStopped(f"the dead letter of {record.address} was refused: {error.why}") from error
        self._refused[record.offset] = PoisonError("output-refused", error.why)

    def _count(self, lane: Lane, batch: Sequence[Record], outputs: Sequence[Output], errors: Sequence[PoisonError | None]) -> None:
        """Close the books of a committed transaction; outputs are counted by the topic they went to, reasons from the step."""
        metrics, source, sink = lane.metrics, self._stage.source.name, self._stage.sink
        imbalance = self._ledger.settle(batch[-1].offset + 1, (batch[output.input].offset for output in outputs))
        metrics.imbalance.labels(source).inc(imbalance)
        if imbalance:
            log.error("a committed transaction is out of balance", extra={"partition": lane.partition, "records": imbalance})
        metrics.records_in.labels(source).inc(len(batch))
        metrics.records_out.labels(sink.name).inc(sum(output.topic == sink for output in outputs))
        for error in filter(None, errors):
            metrics.dead_letters.labels(source, error.reason).inc()
        for kind, code in (notice for output in outputs for notice in output.message.notices):
            metrics.notices.labels(sink.name, kind, code).inc()
        self._show_in_flight(lane)
        self._observe(lane, batch)

    def _show_in_flight(self, lane: Lane) -> None:
        lane.metrics.in_flight.labels(self._stage.source.name, lane.partition).set(self._ledger.in_flight)

    def _observe(self, lane: Lane, batch: Sequence[Record]) -> None:
        while self._pool.deaths:
            reason, count = self._pool.deaths.popitem()
            lane.metrics.worker_deaths.labels(reason).inc(count)
        ages, now = lane.metrics.age_seconds.labels(self._stage.source.name), time.time()
        for record in batch:
            ages.observe(max(0.0, now - record.timestamp / 1000))


def _bounded(records: list[Record]) -> list[Record]:
    """Return the prefix whose values together stay within `BATCH_BYTES`, at least one record."""
    size = 0
    for count, record in enumerate(records):
        size += len(record.value or b"")
        if count and size > BATCH_BYTES:
            return records[:count]
    return records
