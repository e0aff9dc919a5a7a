"""The two kinds of request: a poll of a feed, and a page. Each answers with facts; what they mean is for `polls` and `revisions`."""

import logging
from dataclasses import dataclass, replace
from hashlib import sha256

from services.fetcher.digest import FeedDigest, read_feed, read_page
from services.fetcher.feeds import form
from services.fetcher.feeds.form import LISTINGS, PAGES
from services.fetcher.feeds.sitemap import MOST_PARTS
from services.fetcher.honesty import is_conditional
from services.fetcher.http import FetchError, Gate, Response, Web
from services.fetcher.outcomes import TOO_LARGE, Failed, Gone, Outcome, Page, Unchanged
from services.fetcher.polling import fresh_for
from services.fetcher.robots import Robots
from services.fetcher.worker import Workers
from shared.errors import PoisonError
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, FeedState
from shared.topics import BODY_LIMIT

NO_ARTICLE = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/octet-stream", "application/msword")
UNASKED = "unexpected-304"
"""The outcome of a poll without validators that says that nothing changed: nothing is known that it could mean."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Poll:
    """What a poll came to.

    Attributes:
        outcome: ``changed``, ``unchanged`` (304), ``same-body``, or why it failed.
        digest: Of a changed feed.
        etag, last_modified, body_sha256: Of the response whose body was processed, or that a 304 renewed.
        answered_by: The address that gave these, where redirects led to another than the feed's.
        moved_to: Where the feed moved for good, as this answer says.
        rests: The host that asked for rest, and until when.
        conditional: Whether validators were sent.
        same_validators: Whether another body came under the validators of the last one.
        fresh_for: Seconds for which the answer says that it is fresh.
    """

    outcome: str
    digest: FeedDigest | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    answered_by: str | None = None
    moved_to: str | None = None
    rests: tuple[str, float] | None = None
    conditional: bool = False
    same_validators: bool = False
    fresh_for: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether the feed answered as it should."""
        return self.outcome in ("changed", "unchanged", "same-body")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request for a page came to, and the host that asked for rest, and until when."""

    outcome: Outcome
    rests: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Requests:
    """What the lanes of a replica share: the way out, the robots.txt files, the worker processes."""

    web: Web
    robots: Robots
    workers: Workers

    async def poll(self, feed: Feed, state: FeedState) -> Poll:
        """Ask for a feed, conditionally if it was had before.

        Raises:
            HostResting: If its host is to be left alone.
        """
        known = state if (state.url, state.form) == (feed.url, form.mark(feed)) else FeedState(id=feed.id, url=feed.url)
        conditions = _conditions(known.etag, known.last_modified) if is_conditional(state, self.web.clock()) else {}
        try:
            response = await self.web.get(feed.url, BODY_LIMIT, conditions, self._gate(feed), known.answered_by)
        except FetchError as error:
            return Poll(error.reason)
        if response.status not in (200, 304):
            return Poll(f"http-{response.status}", rests=response.rests)
        answered = await self._answered(feed, known, response)
        return replace(
            answered,
            answered_by=response.url if response.url != feed.url else None,
            moved_to=response.moved_to,
            conditional=response.conditional,
            fresh_for=fresh_for(response.headers),
        )

    def _gate(self, feed: Feed) -> Gate | None:
        """Ask robots.txt for lists of links, which are pages; a feed is an offer to programs."""
        return self.robots.check if feed.kind in LISTINGS else None

    async def _answered(self, feed: Feed, known: FeedState, response: Response) -> Poll:
        if response.status == 304:
            return Poll("unchanged", None, *_renewed(response, known)) if response.conditional else Poll(UNASKED)
        if not response.body:
            return Poll(TOO_LARGE if response.body is None else "empty-body")
        return await self._read(feed, known, response, response.body)

    async def _read(self, feed: Feed, known: FeedState, response: Response, body: bytes) -> Poll:
        etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
        digest = sha256(body).hexdigest()
        if digest == known.body_sha256:
            return Poll("same-body", None, etag, modified, digest)
        try:
            found = await self._digest(feed, response.url, response, body)
            if found.then:
                return await self._rest(feed, known, response.url, found)
        except PoisonError as error:
            log.info("feed not read", extra={"feed": feed.id, "reason": error.reason, "detail": error.detail})
            return Poll(error.reason)
        except FetchError as error:
            return Poll(error.reason)
        same = bool(known.body_sha256 and (etag or modified) and (etag, modified) == (known.etag, known.last_modified))
        return Poll("changed", found, etag, modified, digest, same_validators=same)

    async def _digest(self, feed: Feed, url: str, response: Response, body: bytes) -> FeedDigest:
        host, headers = feed.registered_authority, dict(response.headers)
        return await self.workers.run(read_feed, body, headers, url, host, feed.id, feed.full_text, form.of(feed))

    async def _rest(self, feed: Feed, known: FeedState, url: str, first: FeedDigest) -> Poll:
        """Read the parts that a page or an index named; only they tell whether anything changed, so no validators are kept.

        Raises:
            FetchError, PoisonError: If one cannot be had or read: a list with holes would look like entries withdrawn.
        """
        parts: list[FeedDigest] = []
        whole = sha256()
        for address in first.then[:MOST_PARTS]:
            response = await self.web.get(address, BODY_LIMIT, gate=self.robots.check)
            if response.status != 200 or not response.body:
                raise FetchError(f"http-{response.status}" if response.status != 200 else "empty-body")
            whole.update(response.body)
            parts.append(await self._digest(feed, url if feed.kind in PAGES else response.url, response, response.body))
        if whole.hexdigest() == known.body_sha256:
            return Poll("same-body", None, None, None, known.body_sha256)
        entries = tuple(entry for part in parts for entry in part.entries)
        times = tuple(time for part in parts for time in part.times)
        return Poll("changed", replace(first, entries=entries, times=times, then=()), None, None, whole.hexdigest())

    async def visit(self, article: ArticleState) -> Visit:
        """Ask for an article's page: conditionally at a re-check, since only then is nothing wanted of an unchanged one.

        Raises:
            HostResting: If its host is to be left alone.
        """
        again = article.work == "recheck" and article.retracted_at is None
        conditions = _conditions(article.etag, article.last_modified) if again else {}
        try:
            response = await self.web.get(article.url or "", BODY_LIMIT, conditions, self.robots.check)
        except FetchError as error:
            return Visit(Failed(error.reason, error.final))
        return Visit(await self._outcome(response), response.rests)

    async def _outcome(self, response: Response) -> Outcome:
        if response.status == 304:
            return Unchanged()
        if response.status in (404, 410):
            return Gone(response.status)
        if response.status != 200:
            return Failed(f"http-{response.status}")
        if not response.body:
            return Failed(TOO_LARGE, final=True) if response.body is None else Failed("empty-body")
        return await self._page(response, response.body)

    async def _page(self, response: Response, body: bytes) -> Outcome:
        content_type = response.headers.get("content-type")
        if (content_type or "").lower().startswith(NO_ARTICLE):
            return Failed("not-text", final=True)
        modified = response.headers.get("last-modified")
        try:
            digest = await self.workers.run(read_page, body, modified)
        except PoisonError as error:
            return Failed(error.reason)
        etag = response.headers.get("etag")
        return Page(response.url, response.status, body, digest, content_type, etag, modified)


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    stated = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in stated.items() if value}


def _renewed(response: Response, known: FeedState) -> tuple[str | None, str | None, str | None]:
    """Return validators and hash after a 304, which may carry newer ones. Source: RFC 9110 section 15.4.5."""
    etag = response.headers.get("etag", known.etag)
    return etag, response.headers.get("last-modified", known.last_modified), known.body_sha256
