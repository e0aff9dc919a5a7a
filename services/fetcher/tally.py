"""What a lane counts after each transaction."""

from collections import Counter
from collections.abc import Iterable

from services.fetcher.desk import Desk
from shared.metrics import FetcherMetrics, StageMetrics
from shared.records.record import Message, last
from shared.topics import RAW

SHOW_SECONDS = 5.0


class Tally:
    """Brings a lane's numbers into the metrics that all lanes share."""

    def __init__(self, metrics: FetcherMetrics, stage: StageMetrics, deaths: dict[str, int]) -> None:
        self._metrics = metrics
        self._stage = stage
        self._deaths = deaths
        self._shown: Counter[str] = Counter()
        self._show_at = 0.0

    def count(self, desk: Desk, documents: Iterable[Message], now: float) -> None:
        """Count what a transaction brought, and now and then how the feeds are."""
        for (metric, label), count in desk.counts.items():
            if count:
                getattr(self._metrics, metric).labels(label).inc(count)
        desk.counts.clear()
        for message in documents:
            change = "tombstone" if message.value is None else (last(message.headers, "ce_change") or b"").decode()
            self._metrics.documents.labels(change).inc()
            self._stage.records_out.labels(RAW.name).inc()
        while self._deaths:
            reason, died = self._deaths.popitem()
            self._stage.worker_deaths.labels(reason).inc(died)
        if now >= self._show_at:
            self._show_at = now + SHOW_SECONDS
            self.show(desk.roll.health())

    def show(self, feeds: Counter[str]) -> None:
        """Put this lane's part into the gauge of feeds by state; an empty one takes it out."""
        for state in feeds | self._shown:
            self._metrics.feeds.labels(state).inc(feeds[state] - self._shown[state])
        self._shown = feeds
