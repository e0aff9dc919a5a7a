"""Sources tried from this machine, once, with the fetcher's manners and without a broker: ``chipwire feeds check`` and ``discover``."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from prometheus_client import CollectorRegistry

from services.fetcher import http, rsshub
from services.fetcher.feeds.discover import USUAL, USUAL_SITEMAPS, Offer, offers, sitemaps
from services.fetcher.http import FetchError
from services.fetcher.line import Line
from services.fetcher.politeness import HostResting
from services.fetcher.requests import Poll, Requests
from services.fetcher.robots import Robots
from services.fetcher.schedule import iso
from services.fetcher.worker import Workers
from shared.errors import PoisonError, SetupError
from shared.metrics import FetcherMetrics
from shared.records.feed import Feed
from shared.records.fetch_state import FeedState
from shared.settings import FetcherSettings, read
from shared.topics import BODY_LIMIT

ADVICE = {
    "http-404": "it is not there: find its new address (`chipwire feeds discover`) or remove it",
    "http-410": "it is gone for good: remove it",
    "http-401": "it wants a login: remove it",
    "http-403": "this machine or this user agent is refused: put your contact into CHIPWIRE_USER_AGENT, or ask the publisher",
    "http-429": "too many requests: try it alone, later",
    "not-a-feed": "it is no feed: `chipwire feeds discover` shows what the site offers",
    "not-a-sitemap": "it is no sitemap: is its kind right?",
    "block-page": "a challenge or login page stands in its way: leave it off",
    "empty-list": "no link is an article's: its link_pattern or list_selector does not fit, or a script draws the list",
    "bad-certificate": "its certificate cannot be verified: tell the publisher, do not switch verification off",
    "no-such-host": "its host does not exist",
    "timeout": "no answer in time: try again",
    "robots-disallowed": "robots.txt forbids it: leave it off",
    "downgrade": "it redirects from https to http: register the http address if you accept that",
}


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trial:
    """What one poll of a source came to."""

    feed: Feed
    poll: Poll

    def row(self) -> dict[str, object]:
        """Return it as plain data: ``id, kind, outcome, entries, newest, advice, url``."""
        digest = self.poll.digest
        times = digest.times if digest else ()
        dates = [entry.entry.published for entry in digest.entries if entry.entry.published] if digest else []
        advice = ADVICE.get(self.poll.outcome, "see docs/feeds.md")
        if self.feed.url.startswith(rsshub.NOWHERE):
            advice = "it is a route of an RSSHub: set CHIPWIRE_RSSHUB"
        moved = f"it moved for good: register {self.poll.moved_to}" if self.poll.moved_to else None
        return {
            "id": self.feed.id,
            "kind": self.feed.kind,
            "outcome": "ok" if self.poll.is_good else self.poll.outcome,
            "entries": len(digest.entries) if digest else None,
            "newest": iso(max(times)) if times else max(dates, default=None),
            "advice": moved or (None if self.poll.is_good else advice),
            "url": self.feed.url,
        }


@contextlib.asynccontextmanager
async def requests(*, allow_loopback: bool = False) -> AsyncIterator[Requests]:
    """Yield the fetcher's way out, with the settings of the environment."""
    more = {"allow_loopback": True} if allow_loopback else {}
    settings = read(FetcherSettings, replica="trial", **more)
    workers = Workers(settings)
    try:
        await workers.start()
        async with http.opened(settings, FetcherMetrics(CollectorRegistry())) as web:
            yield Requests(web, Robots(web, workers), workers)
    finally:
        await workers.close()


async def check(asks: Requests, feeds: Sequence[Feed]) -> AsyncIterator[Trial]:
    """Poll each source once; yield what each came to, as they come."""

    async def one(feed: Feed) -> Trial:
        try:
            return Trial(feed, await asks.poll(feed, FeedState(id=feed.id, url=feed.url)))
        except HostResting:
            return Trial(feed, Poll("http-429"))
        except Exception:  # one source must not cost the report on all others
            log.exception("a source failed in a way that nobody thought of", extra={"feed": feed.id})
            return Trial(feed, Poll("unexpected"))

    for done in asyncio.as_completed([one(feed) for feed in feeds]):
        yield await done


async def discover(asks: Requests, url: str) -> list[tuple[Offer, Trial]]:
    """Return what a site offers to follow, each tried once; what cannot be read is left out.

    Raises:
        SetupError: If the page cannot be had.
    """
    try:
        page = await asks.web.get(url, BODY_LIMIT, gate=asks.robots.check)
        found = await asks.workers.run(offers, page.body or b"", dict(page.headers), page.url) if page.status == 200 else []
        found += sitemaps(await _robots(asks, page.url), page.url)
    except (FetchError, PoisonError) as error:
        raise SetupError(f"{url} cannot be had: {error.reason}") from error
    if page.status != 200:
        raise SetupError(f"{url} cannot be had: the answer was {page.status}")
    good = await _good(asks, found)
    if not any(offer.kind == "feed" for offer, _ in good):
        good += await _good(asks, [Offer(urljoin(page.url, path), "feed", "a usual place") for path in USUAL])
    if not any(offer.kind == "sitemap" for offer, _ in good):
        good += await _good(asks, [Offer(urljoin(page.url, path), "sitemap", "a usual place") for path in USUAL_SITEMAPS])
    return good


async def _robots(asks: Requests, url: str) -> str:
    try:
        answer = await asks.web.get(urljoin(url, "/robots.txt"), BODY_LIMIT)
    except FetchError:
        return ""
    return (answer.body or b"").decode("utf-8", "replace") if answer.status == 200 else ""


async def _good(asks: Requests, found: Sequence[Offer]) -> list[tuple[Offer, Trial]]:
    lines = {offer.url + offer.kind: offer for offer in found}
    feeds = {_feed(offer).id: (offer, _feed(offer)) for offer in lines.values()}
    tried = {trial.feed.id: trial async for trial in check(asks, [feed for _, feed in feeds.values()])}
    return [(offer, tried[name]) for name, (offer, _) in feeds.items() if tried[name].poll.is_good]


def _feed(offer: Offer) -> Feed:
    line: dict[str, object] = {"url": offer.url, "kind": offer.kind, "link_pattern": offer.link_pattern}
    feed = Line.model_validate({name: value for name, value in line.items() if value}).feed()
    return feed.model_copy(update={"id": f"{feed.id}-{offer.kind}"})
