"""How far a feed's validators are believed.

Some servers repeat an ETag although the feed changed (Media Cloud turned conditional requests off for that reason). So every so manieth
poll goes without validators, and news under unchanged ones lowers the trust in that feed, for a month.
Source: mediacloud/rss-fetcher, its notes on lying 304 answers.
"""

from shared.records.fetch_state import FeedState

FORGIVEN_SECONDS = 30 * 86400.0
UNCONDITIONAL_EVERY = (20, 4, 2, 1)
"""Every how manieth poll goes without validators, by the number of lies."""


def is_conditional(state: FeedState, now: float) -> bool:
    """Say whether the next poll may send validators: every so manieth does not, so that one who repeats an ETag is found out."""
    return state.conditional + 1 < UNCONDITIONAL_EVERY[_lies(state, now)]


def trust(state: FeedState, now: float) -> str:
    """Return how far the feed's validators are believed, in a word."""
    return ("full", "low", "low", "none")[_lies(state, now)]


def _lies(state: FeedState, now: float) -> int:
    return min(state.lies, len(UNCONDITIONAL_EVERY) - 1) if now - state.lied_at < FORGIVEN_SECONDS else 0
