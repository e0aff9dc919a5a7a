"""Whatever a source is, into one shape: feeds, lists on pages, lists in JSON, sitemaps."""

from collections.abc import Mapping

from services.fetcher.feeds.decode import decode
from services.fetcher.feeds.feed import ParsedFeed
from services.fetcher.feeds.form import PAGES, Form
from services.fetcher.feeds.jsonlist import parse_list, second_address
from services.fetcher.feeds.listing import parse_html
from services.fetcher.feeds.parse import parse
from services.fetcher.feeds.sitemap import parse_sitemap, unpacked
from shared.errors import PoisonError


def read_source(body: bytes, headers: Mapping[str, str], url: str, form: Form) -> tuple[ParsedFeed, tuple[str, ...]]:
    """Return what a body says, and the addresses at which the rest of it is.

    Args:
        body: With its content codings undone.
        headers: The response's, names in lower case.
        url: Where it came from.
        form: What it is to be read as.

    Raises:
        PoisonError: ``not-a-feed``, ``not-a-sitemap``, ``empty-list``, ``bad-json``, ``bad-gzip`` or ``body-too-large``.
    """
    if form.kind == "sitemap":
        return parse_sitemap(decode(unpacked(body), headers), url, form)
    if form.kind == "json-listing":
        return parse_list(decode(body, headers), url, form), ()
    if form.kind in PAGES:
        return _listed(decode(body, headers), url, form)
    return parse(body, headers, url), ()


def _listed(text: str, url: str, form: Form) -> tuple[ParsedFeed, tuple[str, ...]]:
    """Return the list on a page, or where its script gets it; a page that is JSON holds HTML."""
    if text.lstrip().startswith("{"):
        return parse_list(text, url, form), ()
    try:
        return parse_html(text, url, form), ()
    except PoisonError:
        if (second := second_address(text, url)) is None:
            raise
        return ParsedFeed("listing"), (second,)
