"""One small value of each kind, as the AsyncAPI document shows it; a test holds each against its schema."""

import base64

from pydantic import BaseModel

from shared.records.article import Article, Provenance, Published, Source, Summary, Text
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, FeedState, HostState, ShelfState
from shared.records.retraction import Retraction
from shared.records.tagged import EntityTag, Evidence, TaggedArticle, Verdict

ID = "0a" * 16
WORDS = "The Commerce Department put export controls on chip tools."
ARTICLE = Article(
    id=ID,
    revision=2,
    change="corrected",
    source=Source(domain="example.org", name="Example Wire", url="https://example.org/news/1", feed="example-wire"),
    title="Export controls on chip tools",
    published=Published(
        value="2026-11-24T09:30+08:00", precision="minute", zone="+08:00", raw="2026-11-24T09:30:00+08:00", origin="json-ld"
    ),
    original=Text.of(WORDS, "en"),
    summaries=(Summary(body=Text.of("美国商务部对芯片设备实施出口管制。", "zh-Hans"), origin="feed"),),
    language="en",
    provenance=Provenance(parser="1", raw_sha256="1b" * 32, fetched_at="2026-11-24T10:00:00Z"),
)
VERDICT = Verdict(
    is_semiconductor_policy=True,
    probability=0.97,
    instruments=("export_control",),
    jurisdictions=("US", "US/BIS"),
    direction="tighten",
    entities=(EntityTag(id="us-doc", role="issuer"),),
    evidence=(
        Evidence(
            facet="instruments",
            value="export_control",
            field="original",
            start=28,
            end=43,
            surface="export controls",
            rule="cue:export_control",
            contribution=2.5,
        ),
    ),
    classifier="1",
    taxonomy="1",
    lexicon="1",
    model="1",
)
EXAMPLES: dict[str, BaseModel] = {
    "article": ARTICLE,
    "tagged": TaggedArticle(article=ARTICLE, verdict=VERDICT),
    "retraction": Retraction(id=ID, revision=3, reason="the page is gone", at="2026-11-25T10:00:00Z", source="publisher"),
    "feed": Feed(id="example-wire", url="https://example.org/feed", name="Example Wire", language="en"),
    "feed-state": FeedState(
        id="example-wire", url="https://example.org/feed", etag='"5f"', due=1_764_000_000.0, succeeded_at=1_763_998_200.0
    ),
    "host-state": HostState(authority="example.org", rest_until=1_764_000_000.0),
    "article-state": ArticleState(
        id=ID, feed="example-wire", authority="example.org", domain="example.org", linkhash="f" * 32, revision=2, form="page"
    ),
    "shelf-state": ShelfState(
        authority="example.org", number=0, feeds={0: "example-wire"}, rows=base64.b64encode(bytes.fromhex(ID) + bytes(30)).decode()
    ),
}
