import json
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import html

from services.local.newsroom import Newsroom, expected, load
from services.local.newsroom.feeds import listing
from services.local.newsroom.pages import link, page
from services.local.newsroom.server import Scenario
from services.local.newsroom.stories import Outlet, Story

NEWSROOM = load()
ORIGINS = {outlet.id: f"http://127.0.0.1:{20000 + at}" for at, outlet in enumerate(NEWSROOM.outlets)}
ALIVE = [outlet for outlet in NEWSROOM.outlets if not outlet.down]
ARTICLES = [story for story in NEWSROOM.stories if not story.poison]
VERSIONS = [version for story in ARTICLES for version in (story, story.correction) if version]
LABELLED = [story for story in ARTICLES if story.outlet == "yicui"]
STORY = """---
title: A title
date: 2026-03-01T10:00:00+00:00
kind: other
---
A text.
"""


def _chinese(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", text))


def _story(name: str) -> Story:
    return next(story for story in NEWSROOM.stories if story.id == name)


def _copy(folder: Path, **stories: str) -> Path:
    """Write a small newsroom: `one` shows summaries, `two` the whole text."""
    (folder / "stories" / "one").mkdir(parents=True)
    (folder / "stories" / "two").mkdir()
    feed = "{{id: {0}, title: T, about: A, format: rss, language: en, delivery: {1}, template: x.html}}"
    (folder / "feeds.yaml").write_text(f"feeds: [{feed.format('one', 'summary')}, {feed.format('two', 'full')}]")
    for name, text in stories.items():
        (folder / "stories" / f"{name.replace('__', '/').replace('_', '.')}.md").write_text(text)
    return folder


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_there_are_forty_stories_from_eight_living_feeds_in_every_format() -> None:
    assert len(ARTICLES) >= 40
    assert {story.outlet for story in ARTICLES} == {outlet.id for outlet in ALIVE}
    assert len(ALIVE) == 8
    assert {outlet.format for outlet in ALIVE} == {"rss", "atom", "rdf", "json"}


def test_a_third_of_the_stories_are_policy_and_a_third_near_misses() -> None:
    kinds = Counter(story.kind for story in ARTICLES)
    assert all(count / len(ARTICLES) > 0.25 for count in kinds.values()), kinds
    assert max(kinds.values()) / len(ARTICLES) < 0.42, kinds


def test_all_three_scripts_are_there_and_both_ways_of_delivery_in_each_common_one() -> None:
    ways = {(outlet.language, outlet.delivery) for outlet in ALIVE}
    assert ways == {("en", "summary"), ("en", "full"), ("zh-Hans", "summary"), ("zh-Hans", "full"), ("zh-Hant", "full")}


@pytest.mark.parametrize("story", VERSIONS, ids=lambda story: story.id)
def test_every_story_has_the_length_of_news(story: Story) -> None:
    if NEWSROOM.outlet(story.outlet).language == "en":
        assert 120 <= len(story.body.split()) <= 350
    else:
        assert 200 <= _chinese(story.body) <= 500
    assert len(story.paragraphs) >= 4
    assert story.summary
    assert story.date.year == 2026


def test_titles_and_texts_are_all_different() -> None:
    assert len({story.title for story in ARTICLES}) == len(ARTICLES)
    assert len({paragraph for story in ARTICLES for paragraph in story.paragraphs}) == sum(len(story.paragraphs) for story in ARTICLES)


def test_chinese_outlets_write_their_own_script() -> None:
    simplified = "".join(story.body for story in ARTICLES if NEWSROOM.outlet(story.outlet).language == "zh-Hans")
    traditional = "".join(story.body for story in ARTICLES if NEWSROOM.outlet(story.outlet).language == "zh-Hant")
    assert not set("國經濟發與說業會產這對們個時間電體") & set(simplified)
    assert not set("国经济发与说业会产这对们个时间电体") & set(traditional)


@pytest.mark.parametrize("outlet", [outlet for outlet in ALIVE if outlet.format != "json"], ids=lambda outlet: outlet.id)
def test_feedparser_reads_every_xml_feed_whole(outlet: Outlet) -> None:
    stories = NEWSROOM.listed(outlet.id)
    read = feedparser.parse(BytesIO(listing(outlet, stories, ORIGINS).body))
    assert not read.bozo
    assert read.version == {"rss": "rss20", "atom": "atom10", "rdf": "rss10"}[outlet.format]
    assert [entry.title for entry in read.entries] == [story.title for story in stories]
    assert [entry.link for entry in read.entries] == [link(story, ORIGINS) for story in stories]
    for entry, story in zip(read.entries, stories, strict=True):
        assert entry.get("summary") == story.summary
        assert [author["name"] for author in entry.get("authors", [])] == list(story.authors)
        assert ("content" in entry) == (outlet.delivery == "full")
        assert (entry.get("published_parsed") or entry.updated_parsed)[:5] == story.date.utctimetuple()[:5]


def test_the_json_feed_holds_every_story_whole() -> None:
    outlet = next(outlet for outlet in ALIVE if outlet.format == "json")
    stories = NEWSROOM.listed(outlet.id)
    items = json.loads(listing(outlet, stories, ORIGINS).body)["items"]
    assert [item["title"] for item in items] == [story.title for story in stories]
    trees: list[Any] = [html.fromstring(f"<div>{item['content_html']}</div>") for item in items]
    assert [tree.text_content() for tree in trees] == [story.body.replace("\n\n", "\n") for story in stories]


def test_the_gbk_outlet_sends_gbk_and_says_so_only_inside() -> None:
    outlet = NEWSROOM.outlet("chenxi-caijing")
    story = NEWSROOM.listed(outlet.id)[0]
    for document in (listing(outlet, [story], ORIGINS), page(NEWSROOM, story, ORIGINS)):
        assert document.charset is None
        assert story.title in document.body.decode("gbk")
        assert b"gbk" in document.body[:200].lower()
        with pytest.raises(UnicodeDecodeError):
            document.body.decode("utf-8")


@pytest.mark.parametrize("story", [story for story in VERSIONS if story.template is None], ids=lambda story: story.id)
def test_every_page_holds_its_whole_text_in_the_declared_encoding(story: Story) -> None:
    document = page(NEWSROOM, story, ORIGINS)
    tree: Any = html.document_fromstring(document.body)
    text = tree.text_content()
    assert all(line in text for paragraph in story.paragraphs for line in paragraph.splitlines())
    assert NEWSROOM.outlet(story.outlet).title in text or story.outlet == "yicui"
    assert tree.xpath("string(//link[@rel='canonical']/@href)") == link(story, ORIGINS)


def test_some_pages_have_json_ld_and_some_a_description() -> None:
    bodies = {story.outlet: page(NEWSROOM, story, ORIGINS).body for story in ARTICLES}
    tree: Any = html.document_fromstring(bodies["silicon-ledger"])
    assert json.loads(tree.xpath("string(//script[@type='application/ld+json'])"))["@type"] == "NewsArticle"
    assert b"application/ld+json" not in bodies["harbour-courier"]
    assert b'name="description"' in bodies["harbour-courier"]
    assert b'name="description"' not in bodies["chenxi-caijing"]


@pytest.mark.parametrize("story", LABELLED, ids=lambda story: story.id)
def test_a_labelled_page_has_the_four_labels_and_the_faults_of_the_seed(story: Story) -> None:
    text = page(NEWSROOM, story, ORIGINS).body.decode()
    summary, _, original = text.partition("原文摘要")
    assert all(label in summary for label in ("新闻来源", "原文地址", "新闻日期"))
    assert not re.search("原文地址.http", text), "the label of the address holds the title"
    assert re.search(r"[a-z]  [a-z]", original), "a stripped link leaves two spaces"
    assert re.search(r",  (and|[A-Z])", original), "a stripped link in a list"
    assert len(re.findall(r"[a-z]\.[A-Z]", original)) >= 2, "joined paragraphs"
    assert _chinese(original) == 0
    assert len(original.split()) > 120


def test_labelled_pages_come_as_html_and_as_plain_text() -> None:
    assert {page(NEWSROOM, story, ORIGINS).content_type for story in LABELLED} == {"text/html", "text/plain"}


def test_the_poison_page_has_no_text_and_its_entry_no_summary() -> None:
    (story,) = (story for story in NEWSROOM.stories if story.poison)
    tree: Any = html.document_fromstring(page(NEWSROOM, story, ORIGINS).body)
    for script in tree.xpath("//script"):
        script.drop_tree()
    assert tree.text_content().strip() == ""
    assert not tree.xpath("//meta[@content] | //noscript")
    entries = feedparser.parse(BytesIO(listing(NEWSROOM.outlet(story.outlet), [story], ORIGINS).body)).entries
    assert "summary" not in entries[0]
    assert entries[0].title


def test_the_manifest_counts_an_article_per_feed_a_correction_a_retraction_and_a_dead_letter() -> None:
    manifest = expected(NEWSROOM)
    assert (manifest.articles, manifest.tagged) == (41, 43)
    assert manifest.changes == {"created": 41, "corrected": 1, "retracted": 1}
    assert manifest.dead_letters == {"no-text": 1}
    assert manifest.shared == ("silicon-ledger/hbm-licence-rule",)
    assert {"silicon-ledger/hbm-licence-rule", "harbour-courier/hbm-licence-rule"} < set(manifest.policy)
    assert len(manifest.policy) == 16


def test_the_manifest_follows_the_files(tmp_path: Path) -> None:
    folder = _copy(
        tmp_path,
        one__a=STORY,
        one__a_corrected=STORY.replace("kind", "updated: 2026-03-02T10:00:00+00:00\nkind"),
        one__b=STORY.replace("kind: other", "kind: policy\nalso_in: [two]"),
        one__c=STORY.replace("kind", "withdrawn: true\nkind"),
        one__d=STORY.replace("kind", "poison: no-text\nkind"),
        two__e=STORY,
    )
    manifest = expected(load(folder))
    assert manifest.changes == {"created": 5, "corrected": 1, "retracted": 1}
    assert manifest.dead_letters == {"no-text": 1}
    assert manifest.policy == ("one/b", "two/b")


@pytest.mark.parametrize(
    ("name", "field", "fault"),
    [
        ("one__a", "also_in: [three]", "has no three"),
        ("one__a", "also_in: [two]\nwithdrawn: true", "syndicated"),
        ("two__a", "withdrawn: true", "page is fetched"),
        ("one__a", "poison: no-text\nsummary: S", "no summary"),
        ("one__a", "sumary: S", "sumary"),
    ],
)
def test_a_wrong_story_is_refused_with_its_file_named(tmp_path: Path, name: str, field: str, fault: str) -> None:
    folder = _copy(tmp_path, **{name: STORY.replace("kind", f"{field}\nkind")})
    with pytest.raises(ValueError, match=rf"(?s)a\.md.*{fault}"):
        load(folder)


def test_a_correction_without_a_later_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="later one as `updated`"):
        load(_copy(tmp_path, one__a=STORY, one__a_corrected=STORY))


def _showing(newsroom: Newsroom, scenario: Scenario, story: Story) -> str | None:
    return next((shown.title for shown in scenario.feed(newsroom.outlet(story.outlet)) if shown.id == story.id), None)


def test_a_correction_waits_for_feed_page_and_patience_and_the_page_for_the_feed() -> None:
    clock, story = Clock(), _story("silicon-ledger/ohio-fab-grant")
    scenario, correction = Scenario(NEWSROOM, 3, clock), story.correction
    assert correction
    assert _showing(NEWSROOM, scenario, story) == story.title
    clock.now += 60
    assert _showing(NEWSROOM, scenario, story) == story.title, "its page was not fetched yet"
    assert scenario.page(story) == story
    clock.now += 2.9
    assert _showing(NEWSROOM, scenario, story) == story.title
    clock.now += 0.1
    assert scenario.page(story) == story, "the page never changes before the feed was seen to"
    assert _showing(NEWSROOM, scenario, story) == correction.title
    assert scenario.page(story) == correction


def test_a_withdrawn_story_leaves_page_and_feed_together_and_for_ever() -> None:
    clock, story = Clock(), _story("harbour-courier/airline-merger")
    scenario = Scenario(NEWSROOM, 3, clock)
    assert _showing(NEWSROOM, scenario, story) == story.title
    assert scenario.page(story) == story
    clock.now += 3
    assert scenario.page(story) is None
    assert _showing(NEWSROOM, scenario, story) is None
    clock.now += 60
    assert scenario.page(story) is None
