"""Parsing feeds, beside feedparser as it comes: ``python -m tests.bench feeds``.

The feeds are made here, in the shapes that publishers use.
"""

import io
import random
import time
from collections.abc import Callable
from html import escape
from statistics import median

import feedparser

from services.fetcher.feeds.parse import parse
from tests.bench.rig import WORDS, Rig

ROUNDS = 3
GOALS = {"small": 1.4, "large": 3.5}
"""Times feedparser's defaults, below and above 250 KB."""
HEADERS = {"content-type": "application/xml; charset=utf-8"}
URL = "https://ledger.example/feed"
ENGLISH = [word for word in WORDS if word.isascii()]
CHINESE = [word for word in WORDS if not word.isascii()]


def _prose(rng: random.Random, size: int, vocabulary: list[str]) -> str:
    """Paragraphs as a publishing system writes them: links, emphasis, a picture, attributes."""
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        words = " ".join(rng.choice(vocabulary) for _ in range(60))
        parts.append(
            f'<p class="wp-block-paragraph">{words}, <a href="/a/{rng.randrange(9999)}" rel="noopener">{words[:30]}</a> and '
            f"<em>{words[:20]}</em>.</p>"
            f'<figure><img src="/i/{rng.randrange(9999)}.jpg" width="800" alt="{words[:24]}" /></figure>'
        )
    return "".join(parts)[:size]


def _rss(rng: random.Random, entries: int, summary: int, content: int, vocabulary: list[str] = ENGLISH) -> bytes:
    items = []
    for number in range(entries):
        full = f"<content:encoded><![CDATA[{_prose(rng, content, vocabulary)}]]></content:encoded>" if content else ""
        items.append(
            f"<item><title>{' '.join(rng.choice(vocabulary) for _ in range(9))}</title><link>https://ledger.example/{number}</link>"
            f"<dc:creator><![CDATA[A. Writer]]></dc:creator><pubDate>Mon, 03 Nov 2025 {number % 24:02}:15:00 +0000</pubDate>"
            f'<category><![CDATA[Trade]]></category><guid isPermaLink="false">https://ledger.example/?p={number}</guid>'
            f"<description><![CDATA[{_prose(rng, summary, vocabulary)}]]></description>{full}</item>"
        )
    head = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<channel><title>Ledger</title>{"".join(items)}</channel></rss>'.encode()


def _atom(rng: random.Random, entries: int, content: int) -> bytes:
    items = [
        f"<entry><id>tag:ledger.example,2025:{number}</id><title>{rng.choice(ENGLISH)} {number}</title>"
        f'<updated>2025-11-03T10:00:00Z</updated><link href="/{number}"/><author><name>A. Writer</name></author>'
        f'<content type="html">{escape(_prose(rng, content, ENGLISH))}</content></entry>'
        for number in range(entries)
    ]
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Ledger</title><id>x</id>{"".join(items)}</feed>'.encode()


def shapes() -> dict[str, bytes]:
    """Return the feeds by what they are like."""
    rng = random.Random(7)
    return {
        "headlines and a line, 40 entries": _rss(rng, 40, 200, 0),
        "headlines and a paragraph, 25 entries": _rss(rng, 25, 900, 0),
        "a blog's ten whole posts": _rss(rng, 10, 400, 7_000),
        "a magazine's whole posts": _rss(rng, 40, 400, 9_000),
        "an archive of whole posts": _rss(rng, 150, 400, 6_000),
        "a magazine's whole posts, Chinese": _rss(rng, 60, 200, 4_000, CHINESE),
        "Atom with whole posts": _atom(rng, 60, 9_000),
    }


def _seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def run(_: Rig | None = None) -> None:
    """Print milliseconds of CPU a feed, ours and feedparser's, in turns."""
    for name, body in shapes().items():
        rounds = []
        for _number in range(ROUNDS):
            ours = _seconds(lambda body=body: parse(body, HEADERS, URL))  # type: ignore[misc]
            theirs = _seconds(lambda body=body: feedparser.parse(io.BytesIO(body), response_headers=HEADERS))  # type: ignore[misc]
            rounds.append((ours, theirs))
        ratio = median(theirs / ours for ours, theirs in rounds)
        ms = [median(times) * 1e3 for times in zip(*rounds, strict=True)]
        goal = GOALS["large" if len(body) > 250_000 else "small"]
        print(f"{name}, {len(body) // 1000} KB: {ms[0]:.1f} ms, feedparser {ms[1]:.1f} ms, ratio {ratio:.1f} (goal {goal})", flush=True)


if __name__ == "__main__":
    run()
