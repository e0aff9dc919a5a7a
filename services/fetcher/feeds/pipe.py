"""A parsed feed as the JSON object of ``chipwire feeds parse``."""

from services.fetcher.feeds.feed import ParsedEntry, ParsedFeed
from services.fetcher.feeds.times import utc


def document(parsed: ParsedFeed) -> dict[str, object]:
    """Return the feed as plain data; times in UTC with ``Z`` (without a zone taken for UTC), as written where they cannot be read."""
    return {
        "feed": {
            "format": parsed.format,
            "title": parsed.title,
            "link": parsed.link,
            "language": parsed.language,
            "updated": utc(parsed.updated) or parsed.updated,
        },
        "entries": [_entry(entry) for entry in parsed.entries],
    }


def _entry(entry: ParsedEntry) -> dict[str, object]:
    return {
        "id": entry.guid,
        "title": entry.title,
        "link": entry.link,
        "published": utc(entry.published) or entry.published,
        "updated": utc(entry.updated) or entry.updated,
        "summary": entry.summary,
        "content": entry.content,
        "authors": list(entry.authors),
        "tags": list(entry.tags),
        "language": entry.language,
    }
