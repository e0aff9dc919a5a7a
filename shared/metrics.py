"""Every metric of chipwire, in one place. The registry is passed in; nothing here is global.

Names follow the Prometheus guide: base units, the unit in the name, ``_total`` on counters, few labels.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)


class StageMetrics:
    """What a service counts whose lanes read a topic.

    Over any window: `records_in` = `records_out` + `dead_letters`, counted apart and at the commit of each transaction; what was read and
    not committed is `in_flight`, what nobody can read any more `dropped`. `imbalance` is the check of it, record by record.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records_in = Counter("chipwire_records_in_total", "Records of committed batches.", ["topic"], registry=registry)
        self.records_out = Counter("chipwire_records_out_total", "Records written and committed.", ["topic"], registry=registry)
        self.dead_letters = Counter("chipwire_dead_letters_total", "Records given up, by reason.", ["topic", "reason"], registry=registry)
        self.notices = Counter(
            "chipwire_notices_total",
            "Records written of which something was noticed, by kind (contradicted, unsupported: a summary's finding; issue) and code.",
            ["topic", "kind", "code"],
            registry=registry,
        )
        self.dropped = Counter(
            "chipwire_records_dropped_total",
            "Offsets passed over unread, by reason: retention (it took them before the group came to them).",
            ["topic", "reason"],
            registry=registry,
        )
        self.in_flight = Gauge(
            "chipwire_in_flight_records", "Records read whose outputs are not committed yet.", ["topic", "partition"], registry=registry
        )
        self.imbalance = Counter(
            "chipwire_imbalance_records_total",
            "Records (in the fetcher: entries, pages, documents, states) of committed transactions that were lost or doubled on their way. "
            "Anything but 0 is a fault of chipwire.",
            ["topic"],
            registry=registry,
        )
        self.batch_seconds = Histogram("chipwire_batch_seconds", "From poll to commit of a batch.", registry=registry, buckets=SECONDS)
        self.step_seconds = Histogram("chipwire_step_seconds", "A batch in the worker pool.", registry=registry, buckets=SECONDS)
        self.age_seconds = Histogram(
            "chipwire_age_seconds",
            "Age of a record at its commit: now less the time it was fetched; by the topic it was read from.",
            ["topic"],
            registry=registry,
            buckets=SECONDS,
        )
        self.lane_restarts = Counter("chipwire_lane_restarts_total", "Lanes begun anew, by error.", ["error"], registry=registry)
        self.offset_resets = Counter(
            "chipwire_offset_resets_total", "Partitions read from their beginning for want of a valid offset.", registry=registry
        )
        self.worker_deaths = Counter(
            "chipwire_worker_deaths_total", "Worker processes that died, by reason.", ["reason"], registry=registry
        )
        self.lag = Gauge("chipwire_lag_records", "Committed records not yet processed.", ["topic", "partition"], registry=registry)
        self.lanes = Gauge("chipwire_lanes", "Partitions assigned to this replica.", registry=registry)


class FetcherMetrics:
    """What the fetcher counts besides."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.feeds = Gauge("chipwire_feeds", "Registered feeds of this replica, by state.", ["state"], registry=registry)
        self.polls = Counter("chipwire_polls_total", "Feed polls, by outcome.", ["outcome"], registry=registry)
        self.feed_events = Counter(
            "chipwire_feed_events_total",
            "What feeds did: lie (changed under an unchanged validator), missed-entries, future-dates, moved, moved-back, paused, resumed.",
            ["event"],
            registry=registry,
        )
        self.pages = Counter("chipwire_pages_total", "Page fetches, by outcome.", ["outcome"], registry=registry)
        self.entries = Counter("chipwire_entries_total", "Entries seen in feeds, by what became of them.", ["outcome"], registry=registry)
        self.request_seconds = Histogram("chipwire_request_seconds", "HTTP requests.", registry=registry, buckets=SECONDS)
        self.received_bytes = Counter("chipwire_received_bytes_total", "Bytes of bodies, decoded.", registry=registry)
        self.settled = Counter(
            "chipwire_settled_total",
            "What was read (a record of news.feeds.v1, an entry, a page), by what the books say became of it, told from states.",
            ["kind", "fate"],
            registry=registry,
        )
        self.answers = Gauge(
            "chipwire_answers_waiting", "Polls and pages that came and wait for a transaction.", ["partition"], registry=registry
        )
        self.forgotten = Gauge(
            "chipwire_forgotten_errands",
            "Feeds and pages that are neither planned nor under way nor at rest for a reason. Anything but 0 is a fault of chipwire.",
            ["kind", "partition"],
            registry=registry,
        )
        self.overdue_seconds = Gauge(
            "chipwire_overdue_seconds", "For how long the feed is due that waits longest for its poll.", ["partition"], registry=registry
        )
        self.documents = Counter("chipwire_documents_total", "Documents written, by change.", ["change"], registry=registry)
