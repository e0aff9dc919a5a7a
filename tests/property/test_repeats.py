"""A feed that shows its stories again in another guise brings no new ones."""

from email.utils import formatdate

from hypothesis import given, settings
from hypothesis import strategies as st

from services.fetcher.desk import Desk
from services.fetcher.digest import read_feed
from services.fetcher.requests import Poll
from services.fetcher.revisions import Policy
from shared.records.feed import Feed
from shared.records.record import Record

FEED = Feed(id="f", url="https://e.example/feed", full_text="never")
NOW, STORIES = 1_790_000_000.0, 6
GUISE = st.fixed_dictionaries(
    {
        "order": st.permutations(range(STORIES)),
        "scheme": st.sampled_from(["http", "https"]),
        "guid": st.sampled_from(["link", "none", "regenerated", "counted"]),
        "query": st.sampled_from(["", "?utm_source=rss&amp;utm_campaign=x"]),
        "shift": st.integers(0, 5 * 86400),
    }
)


def document(turn: int, guise: dict[str, object]) -> bytes:
    """Return the same stories as the publisher's software writes them this time."""
    items = []
    for number in guise["order"]:  # type: ignore[attr-defined]
        link = f"{guise['scheme']}://e.example/{number}"
        guids = {"link": link, "none": "", "regenerated": f"urn:{turn}:{number}", "counted": f"{turn * STORIES + number}"}
        guid = guids[str(guise["guid"])]
        stated = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
        date = formatdate(NOW - 10 * 86400 - int(number) * 3600 + int(str(guise["shift"])))
        items.append(f"<item>{stated}<link>{link}{guise['query']}</link><title>Story {number}</title><pubDate>{date}</pubDate></item>")
    return f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>".encode()


@settings(max_examples=60, deadline=None)
@given(st.lists(GUISE, min_size=2, max_size=5))
def test_stories_that_are_reordered_redated_renamed_or_served_otherwise_are_sent_once(guises: list[dict[str, object]]) -> None:
    desk = Desk(0, 1, Policy((100.0,), 1000.0), lambda: 0.5)
    message = FEED.to_message()
    desk.register(Record("t", 0, 0, 0, message.key, message.value, message.headers), NOW)
    for turn, guise in enumerate(guises):
        digest = read_feed(document(turn, guise), {}, FEED.url, "e.example", FEED.id, "never")
        desk.answer_poll(FEED, Poll("changed", digest, body_sha256=str(turn)), NOW + turn * 3600)
    assert len(desk.messages) == STORIES
    assert len({message.key for message in desk.messages}) == STORIES
