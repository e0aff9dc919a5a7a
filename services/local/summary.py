"""What the services counted, read from their `/metrics` as an operator's Prometheus would."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from shared.topics import ARTICLES

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]
"""Value by sample name and sorted labels."""


@dataclass
class Summary:
    """The counts of all services, added up."""

    series: Series = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Add one service's exposition."""
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                name = (sample.name, tuple(sorted(sample.labels.items())))
                self.series[name] = self.series.get(name, 0.0) + sample.value

    def by_label(self, name: str, label: str) -> dict[str, int]:
        """Return the values of a metric by one of its labels."""
        found: dict[str, int] = {}
        for (sample, labels), value in self.series.items():
            if sample == name and value:
                key = dict(labels).get(label, "")
                found[key] = found.get(key, 0) + int(value)
        return found

    def quantile(self, histogram: str, share: float, topic: str) -> float:
        """Return a quantile of a topic's histogram, in its unit, as PromQL's histogram_quantile has it; NaN for an empty one."""
        buckets = sorted(
            (float(dict(labels)["le"]), value)
            for (sample, labels), value in self.series.items()
            if sample == f"{histogram}_bucket" and dict(labels).get("topic") == topic
        )
        if not buckets or not buckets[-1][1]:
            return math.nan
        rank, below, floor = share * buckets[-1][1], 0.0, 0.0
        for edge, count in buckets:
            if count >= rank:
                return floor if math.isinf(edge) else floor + (edge - floor) * (rank - below) / max(count - below, 1e-9)
            below, floor = count, edge
        return floor


async def scrape(ports: Iterable[int]) -> Summary:
    """Return what the services on these loopback ports count."""
    summary = Summary()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        for port in ports:
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                summary.add(await answer.text())
    return summary


def lines(summary: Summary, policy: int, dead: Mapping[str, int]) -> list[str]:
    """Return the summary for people."""
    written = summary.by_label("chipwire_documents_total", "change")
    out = summary.by_label("chipwire_records_out_total", "topic")
    changes = ", ".join(f"{count} {change}" for change, count in sorted(written.items()))
    tombstones = written.get("tombstone", 0)
    p50, p99 = (summary.quantile("chipwire_age_seconds", share, ARTICLES.name) for share in (0.5, 0.99))
    return [
        f"fetcher     {sum(written.values())} records ({changes})",
        f"parser      {out.get('news.articles.v1', 0)} records",
        f"classifier  {out.get('news.tagged.v1', 0)} records, {policy} of them semiconductor policy"
        + (f", {tombstones} tombstones" if tombstones else ""),
        f"dead        {sum(dead.values())} letters"
        + (f" ({', '.join(f'{n} {reason}' for reason, n in sorted(dead.items()))})" if dead else ""),
        f"latency     fetched to tagged: p50 {p50:.2f} s, p99 {p99:.2f} s (from the histogram chipwire_age_seconds)",
    ]
