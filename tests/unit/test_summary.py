import math

from prometheus_client import CollectorRegistry, generate_latest

from services.local.summary import Summary
from shared.metrics import FetcherMetrics, StageMetrics


def exposition(ages: list[float], topic: str = "news.articles.v1") -> str:
    registry = CollectorRegistry()
    metrics = StageMetrics(registry)
    FetcherMetrics(registry)
    for age in ages:
        metrics.age_seconds.labels(topic).observe(age)
    metrics.records_out.labels("news.tagged.v1").inc(len(ages))
    return generate_latest(registry).decode()


def test_services_are_added_up() -> None:
    summary = Summary()
    summary.add(exposition([0.3] * 10))
    summary.add(exposition([0.3] * 5))
    assert summary.by_label("chipwire_records_out_total", "topic") == {"news.tagged.v1": 15}


def test_a_quantile_lies_in_the_bucket_of_its_rank() -> None:
    summary = Summary()
    summary.add(exposition([0.01] * 900, "news.raw.v1"))  # the stage before does not count
    summary.add(exposition([0.3] * 90 + [4.0] * 10))
    assert 0.25 < summary.quantile("chipwire_age_seconds", 0.5, "news.articles.v1") <= 0.5
    assert 2.5 < summary.quantile("chipwire_age_seconds", 0.99, "news.articles.v1") <= 5
    assert math.isnan(Summary().quantile("chipwire_age_seconds", 0.5, "news.articles.v1"))
