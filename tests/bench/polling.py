"""Polls a feed and day against the delay of its entries: a fixed hour, miniflux's entry_frequency, and ours; pure, no network, no sleep.

Part of ``make bench``; alone: ``python -m tests.bench polling``.
Source of miniflux's rule: its documentation of POLLING_SCHEDULER=entry_frequency (a week over the entries of the last week, clamped).
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from statistics import quantiles

from services.fetcher import polling
from shared.records.fetch_state import FeedState
from tests.bench.rig import Rig

DAYS, DAY, HOUR, FEEDS = 60, 86400.0, 3600.0, 20
WARM = 7 * DAY
SHOWN = 20
"""Entries that a feed shows at once; what falls out between two polls is missed."""
START = 1_790_000_000.0
Rule = Callable[[Sequence[float], int, float, FeedState], float]
"""Takes all times of a feed, how many came so far, the time, and what was learned; gives the seconds to the next poll."""


def wire(chance: random.Random) -> Iterator[float]:
    """Some 60 entries a day, few at night and at weekends."""
    yield from _thinned(chance, 60, lambda hour, day: (0.15 if hour < 6 else 1.4) * (0.3 if day > 4 else 1.2))


def office(chance: random.Random) -> Iterator[float]:
    """A ministry: 3 a day in office hours of weekdays."""
    yield from _thinned(chance, 3, lambda hour, day: 2.8 if day < 5 and 8 <= hour < 18 else 0.05)


def bursts(chance: random.Random) -> Iterator[float]:
    """Twice a day ten at once."""
    for when in _thinned(chance, 2, lambda hour, day: 1.0):
        yield from sorted(when + chance.uniform(0, 300) for _ in range(10))


def blog(chance: random.Random) -> Iterator[float]:
    """One every four days."""
    yield from _thinned(chance, 0.25, lambda hour, day: 1.0)


def dead(chance: random.Random) -> Iterator[float]:
    """Nothing any more."""
    yield from (START + chance.uniform(0, HOUR) for _ in range(1))


def _thinned(chance: random.Random, a_day: float, share: Callable[[int, int], float]) -> Iterator[float]:
    now, most = START, 3.4 * a_day
    while now < START + DAYS * DAY:
        now += chance.expovariate(most / DAY)
        if chance.random() < share(int(now % DAY // HOUR), int(now // DAY + 3) % 7) * a_day / most:
            yield now


def hourly(times: Sequence[float], came: int, now: float, state: FeedState) -> float:
    """Poll every hour."""
    return HOUR


def miniflux(times: Sequence[float], came: int, now: float, state: FeedState) -> float:
    """A week over the entries of the last week, between 5 minutes and a day."""
    lately = came - bisect_left(times, now - 7 * DAY)
    return min(DAY, max(300.0, 7 * DAY / max(1, lately)))


def ours(ceiling: float) -> Rule:
    """Return the fetcher's rule, with a floor of 15 minutes."""

    def rule(times: Sequence[float], came: int, now: float, state: FeedState) -> float:
        return polling.interval(state, ceiling, 900.0, now)

    return rule


def simulate(times: Sequence[float], rule: Rule) -> tuple[float, list[float], int]:
    """Return the polls a day of one feed, the delays of its entries, and how many were missed, after `WARM`."""
    now, came, polls, missed, delays = START + HOUR, 0, 0, 0, list[float]()
    state = FeedState(id="f", url="http://x/")
    while now < START + DAYS * DAY:
        before, came = came, bisect_right(times, now)
        new = times[before:came]
        if now > START + WARM:
            polls += 1
            missed += max(0, len(new) - SHOWN)
            delays += [now - when for when in new[-SHOWN:]]
        state = _learned(state, times[max(0, came - SHOWN) : came], len(new), now)
        now += rule(times, came, now, state)
    return polls / (DAYS - WARM / DAY), delays, missed


def _learned(state: FeedState, shown: Sequence[float], new: int, now: float) -> FeedState:
    gap, window, newest = polling.rhythm(shown, now)
    fresh = (newest if state.fresh_at is None else now) if new else state.fresh_at
    hurry = {"hurry": min(state.hurry + 1, polling.MOST_HURRY), "hurried_at": now} if new >= SHOWN and state.fresh_at else {}
    return state.model_copy(update={"gap": gap, "window": window, "fresh_at": fresh, "new_at": now if new else state.new_at} | hurry)


def run(_: Rig | None = None) -> None:
    """Print for each process and rule the polls a day, median and 95th percentile of the delay in minutes, and what was missed."""
    count = FEEDS
    rules: dict[str, Rule] = {"hourly": hourly, "miniflux": miniflux, "ours, 1 h": ours(HOUR), "ours, 24 h": ours(DAY)}
    print(f"{'feeds':8} {'rule':12} {'polls/day':>9} {'p50 min':>8} {'p95 min':>8} {'missed':>7}")
    for process in (wire, office, bursts, blog, dead):
        feeds = [list(process(random.Random(seed))) for seed in range(count)]
        for name, rule in rules.items():
            done = [simulate(times, rule) for times in feeds]
            delays = [delay / 60 for _, some, _ in done for delay in some]
            cuts = quantiles(delays, n=20) if len(delays) > 1 else [0.0] * 19
            polls, missed = sum(polls for polls, _, _ in done) / count, sum(missed for _, _, missed in done)
            print(f"{process.__name__:8} {name:12} {polls:9.1f} {cuts[9]:8.1f} {cuts[18]:8.1f} {missed:7}")


if __name__ == "__main__":
    run()
