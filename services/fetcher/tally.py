"""What a lane counts after each transaction."""

import logging
from collections import Counter
from collections.abc import Sequence

from services.fetcher.audit import Round
from services.fetcher.desk import Desk
from services.fetcher.ledger import Sheet
from shared.metrics import FetcherMetrics, StageMetrics
from shared.records.record import Message, last
from shared.stream.transactions import Output
from shared.topics import FEEDS, RAW

SHOW_SECONDS = 5.0
MOST_NAMED = 100
"""So many faults of a transaction or a round are named in the log."""

log = logging.getLogger(__name__)


class Tally:
    """Brings a lane's numbers into the metrics that all lanes share.

    Args:
        desk: Counts what happened, and knows how the feeds are.
        partition: Of the lane.
        metrics: Of the fetcher.
        stage: Of every service.
        deaths: Of worker processes, by reason.
    """

    def __init__(self, desk: Desk, partition: int, metrics: FetcherMetrics, stage: StageMetrics, deaths: dict[str, int]) -> None:
        self._desk = desk
        self._partition = partition
        self._metrics = metrics
        self._stage = stage
        self._deaths = deaths
        self._shown: Counter[str] = Counter()
        self._show_at = 0.0

    def count(self, outputs: Sequence[Output], sheet: Sheet, under_way: int, now: float) -> None:
        """Count what a transaction brought and what the books say of it, and now and then how the feeds are.

        Args:
            outputs: All that was committed.
            sheet: Of the books.
            under_way: How many answers wait for a transaction.
            now: The time.
        """
        for (metric, label), count in self._desk.counts.items():
            if count:
                getattr(self._metrics, metric).labels(label).inc(count)
        self._desk.counts.clear()
        for output in outputs:
            self._count_output(output)
        while self._deaths:
            reason, died = self._deaths.popitem()
            self._stage.worker_deaths.labels(reason).inc(died)
        self._balance(sheet)
        self._metrics.answers.labels(self._partition).set(under_way)
        if now >= self._show_at:
            self._show_at = now + SHOW_SECONDS
            self._show(self._desk.roll.health())

    def _count_output(self, output: Output) -> None:
        message = output.message
        if output.topic == RAW:
            self._metrics.documents.labels("tombstone" if message.value is None else _header(message, "ce_change")).inc()
            self._stage.records_out.labels(RAW.name).inc()
        elif output.topic == FEEDS.dead_letters:
            self._stage.dead_letters.labels(FEEDS.name, _header(message, "dlq-reason")).inc()

    def _balance(self, sheet: Sheet) -> None:
        for (kind, fate), count in sheet.settled.items():
            if kind == "record":
                self._stage.records_in.labels(FEEDS.name).inc(count)
            self._metrics.settled.labels(kind, fate).inc(count)
        self._stage.imbalance.labels(FEEDS.name).inc(len(sheet.wrong))
        if sheet.wrong:
            named = {"partition": self._partition, "records": len(sheet.wrong), "wrong": sheet.wrong[:MOST_NAMED]}
            log.error("a committed transaction is out of balance", extra=named)

    def audit(self, found: Round) -> None:
        """Show what a round of the audit found."""
        kinds = Counter(item.kind for item in found.forgotten)
        for kind in ("feed", "article"):
            self._metrics.forgotten.labels(kind, self._partition).set(kinds[kind])
        self._metrics.overdue_seconds.labels(self._partition).set(found.overdue)
        if found.forgotten:
            named = [f"{item.kind} {item.id}" for item in found.forgotten[:MOST_NAMED]]
            log.error("nobody would ever do this", extra={"partition": self._partition, "count": len(found.forgotten), "forgotten": named})

    def _show(self, feeds: Counter[str]) -> None:
        for state in feeds | self._shown:
            self._metrics.feeds.labels(state).inc(feeds[state] - self._shown[state])
        self._shown = feeds

    def close(self) -> None:
        """Take this lane's part out of the gauges."""
        self._show(Counter())
        self._metrics.answers.labels(self._partition).set(0)
        self.audit(Round())


def _header(message: Message, name: str) -> str:
    return (last(message.headers, name) or b"").decode()
