"""``chipwire trace``: one article through every topic."""

import pytest

from shared.settings import KafkaSettings
from tests.contract.golden.put import put
from tests.integration.cli import chipwire, lines

pytestmark = pytest.mark.kafka


def test_an_article_is_followed_through_every_topic_in_the_order_of_its_revisions(cluster: KafkaSettings) -> None:
    put(cluster)
    found = lines(chipwire(cluster, "trace", "0a" * 16))
    assert [(line["revision"], str(line["topic"]).removeprefix(cluster.topic_prefix), line["kind"]) for line in found] == [
        (1, "news.raw.v1", "page"),
        (1, "news.articles.v1", "article"),
        (1, "news.tagged.v1", "tagged"),
        (2, "news.raw.v1", "page"),
        (2, "news.articles.v1", "article"),
        (2, "news.tagged.v1", "tagged"),
        (3, "news.raw.v1", "retraction"),
        (3, "news.raw.v1", "tombstone"),
        (3, "news.articles.v1", "retraction"),
        (3, "news.articles.v1", "tombstone"),
        (3, "news.tagged.v1", "retraction"),
        (3, "news.tagged.v1", "tombstone"),
        (None, "news.fetch-state.v1", "state"),
    ]
    assert str(found[2]["says"]).startswith("policy: ")
    assert found[2]["version"]
    dead = lines(chipwire(cluster, "trace", "3d" * 16))
    assert [(line["kind"], str(line["says"])[:7]) for line in dead] == [
        ("page", "https:/"),
        ("dead letter", "no-text"),
        ("settlement", "drop"),
    ]
    nobody = chipwire(cluster, "trace", "9" * 32)
    assert nobody.returncode == 1
    assert b"no topic holds anything of 9999" in nobody.stderr
