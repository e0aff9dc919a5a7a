"""Two weeks of a reader's life in seconds: the fetcher's desk and requests on a clock of the test's, against hosts that judge it."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from email.utils import formatdate
from itertools import count, pairwise

import pytest
from prometheus_client import CollectorRegistry

from services.fetcher.audit import Audit
from services.fetcher.desk import Desk
from services.fetcher.errands import Errands
from services.fetcher.http import opened
from services.fetcher.ledger import Ledger
from services.fetcher.line import Line
from services.fetcher.requests import Requests
from services.fetcher.revisions import Policy
from services.fetcher.robots import Robots
from services.fetcher.worker import Workers
from shared.metrics import FetcherMetrics
from shared.records.record import Message, Record
from shared.settings import FetcherSettings
from shared.stream.transactions import Output
from shared.topics import FETCH_STATE, RAW
from tests.integration.manners import DAY, GAP, HOUR, Answer, Clock, Host, Publisher, validators

MONDAY = 1_772_409_600.0
"""2 March 2026, midnight UTC."""
TICK = 20.0
MEGABYTE = 1024 * 1024

Opens = Callable[..., Awaitable[Host]]


class Reader:
    """What a lane of the fetcher does, without its topics."""

    def __init__(self, clock: Clock, requests: Requests, settings: FetcherSettings) -> None:
        self.desk = Desk(0, 1, Policy(settings.recheck_after, settings.tombstone_after, settings.poll_floor), random.Random(7).random)
        self.sent: list[Message] = []
        self._clock = clock
        self._ledger = Ledger(self.desk.memory, self.desk.roll)
        self._errands = Errands(self.desk, requests, self._ledger, clock)

    def register(self, host: Host, path: str, minutes: float = 60.0) -> str:
        feed = Line(url=f"{host.origin}{path}", poll_minutes=minutes).feed()
        message = feed.to_message()
        self.desk.register(Record("t", 0, 0, 0, message.key, message.value, message.headers), self._clock.now)
        return feed.id

    async def live(self, until: float) -> None:
        """Do whatever is due until then, with the books in balance; time passes only while every request waits for it."""
        while self._clock.now < until:
            self._errands.hand_in(MEGABYTE)
            outputs = [Output(RAW, 0, message) for message in self.desk.messages]
            outputs += [Output(FETCH_STATE, 0, message) for message in self.desk.memory.drain()]
            assert self._ledger.settle(outputs, None).wrong == []
            self.sent += self.desk.messages
            self.desk.messages.clear()
            self._errands.launch()
            await self._settled()
            self._clock.set(min(until, self._clock.wakes_at or self._clock.now + TICK))
        found = Audit(self.desk, self._errands.under_way).look(until, 10**6)
        assert found is not None
        assert found.forgotten == []

    async def _settled(self) -> None:
        """Wait until everything under way waits for the clock."""
        while under_way := [task for task in asyncio.all_tasks() if task.get_name().startswith("fetch ")]:
            if len(under_way) == self._clock.asleep:
                return
            await asyncio.wait(under_way, timeout=0.0005)

    async def close(self) -> None:
        await self._errands.close()

    def created(self) -> Counter[str]:
        """Return how often each address was sent as a new story."""
        headers = [dict(message.headers) for message in self.sent]
        return Counter((stated["chipwire-url"] or b"").decode() for stated in headers if stated["ce_change"] == b"created")


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
async def reader(clock: Clock) -> AsyncIterator[Reader]:
    settings = FetcherSettings(replica="t", allow_loopback=True, workers=1)
    workers = Workers(settings)
    await workers.start()
    try:
        async with opened(settings, FetcherMetrics(CollectorRegistry()), clock=clock, sleep=clock.sleep) as web:
            made = Reader(clock, Requests(web, Robots(web, workers), workers), settings)
            yield made
            await made.close()
    finally:
        await workers.close()


@pytest.fixture
async def opens(clock: Clock) -> AsyncIterator[Opens]:
    hosts: list[Host] = []

    async def made(robots: str = "", delay: float = GAP) -> Host:
        hosts.append(await Host(clock, robots, delay).open())
        return hosts[-1]

    yield made
    for host in hosts:
        await host.close()


def assert_minded(host: Host, *rules: str) -> None:
    """See that no rule was broken, and that each of `rules` was put to the proof."""
    assert host.breaches == []
    for rule in rules:
        assert host.kept[rule] > 10, (rule, host.kept)


def assert_each_once(reader: Reader, links: Sequence[str]) -> None:
    found = reader.created()
    assert {link: found[link] for link in links} == dict.fromkeys(links, 1)


async def test_a_busy_host_is_read_politely_and_nothing_of_it_is_missed(clock: Clock, reader: Reader, opens: Opens) -> None:
    host = await opens("User-agent: *\nCrawl-delay: 5\nDisallow: /private/\n", 5.0)
    news = Publisher(host, "news", MONDAY, 1.5 * HOUR)
    secret = Publisher(host, "secret", MONDAY, 12 * HOUR, where="/private")
    host.scripts = {"/news.xml": fresh_for(news.answer, 1800), "/secret.xml": secret.answer}
    reader.register(host, "/news.xml", 60)
    reader.register(host, "/secret.xml", 60)
    await reader.live(MONDAY + 4 * DAY)
    assert_minded(
        host,
        "one at a time",
        "a gap between two",
        "what is fresh is not asked for",
        "who it is, and no more",
        "robots.txt before a page",
        "validators as they came, both or none",
    )
    assert 3 <= len(host.asked("/robots.txt")) <= 5
    assert host.told["/news.xml"].conditional >= 0.9 * len(host.asked("/news.xml")) - 1
    assert_each_once(reader, news.published(clock.now - 2 * HOUR))
    assert_each_once(reader, secret.published(clock.now - 2 * HOUR))
    looks = host.asked(news.published(clock.now)[0].removeprefix(host.origin))
    assert [round((at - looks[0]) / HOUR) for at in looks] == [0, 6, 24, 72]


async def test_a_feed_is_polled_when_it_wishes_and_not_in_hours_that_it_excludes(clock: Clock, reader: Reader, opens: Opens) -> None:
    host = await opens()
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(6))
    slow = Publisher(host, "slow", MONDAY, 8 * HOUR, head=f"<ttl>120</ttl><skipHours>{hours}</skipHours>")
    host.scripts = {"/slow.xml": fresh_for(slow.answer, 2 * HOUR)}
    reader.register(host, "/slow.xml", 30)
    await reader.live(MONDAY + 7 * DAY)
    assert_minded(host, "what is fresh is not asked for")
    polls = host.asked("/slow.xml")
    assert len(polls) > 40
    assert all((at - MONDAY) % DAY >= 6 * HOUR for at in polls[1:])
    assert_each_once(reader, slow.published(clock.now - 9 * HOUR))


async def test_a_host_that_asks_for_rest_has_it_for_all_its_feeds_and_pages(clock: Clock, reader: Reader, opens: Opens) -> None:
    host = await opens()
    one, two = Publisher(host, "one", MONDAY, 3 * HOUR), Publisher(host, "two", MONDAY + HOUR, 3 * HOUR)
    host.scripts = {"/one.xml": tired(one.answer, 429, 5), "/two.xml": tired(two.answer, 503, 7)}
    reader.register(host, "/one.xml")
    reader.register(host, "/two.xml")
    await reader.live(MONDAY + 4 * DAY)
    assert_minded(host, "rest when asked for", "a gap between two")
    assert_each_once(reader, one.published(clock.now - 8 * HOUR))
    assert_each_once(reader, two.published(clock.now - 8 * HOUR))


async def test_what_is_gone_is_asked_for_once_a_week_and_what_fails_less_and_less(clock: Clock, reader: Reader, opens: Opens) -> None:
    host = await opens()
    host.scripts = {
        "/gone.xml": lambda _: Answer(status=410),
        "/missing.xml": lambda _: Answer(status=404),
        "/failing.xml": lambda _: Answer(status=500),
    }
    names = [reader.register(host, path) for path in host.scripts]
    await reader.live(MONDAY + 28 * DAY)
    assert_minded(host, "a gap between two")
    states = reader.desk.memory.feeds
    assert [states[name].paused for name in names] == ["http-410", "http-404", None]
    assert 4 <= len(host.asked("/gone.xml")) <= 5
    assert all(after - before > 6 * DAY for before, after in pairwise(host.asked("/gone.xml")))
    late = [at for at in host.asked("/missing.xml") if at > MONDAY + 9 * DAY]
    assert 1 <= len(late) <= 3
    failing = host.asked("/failing.xml")
    assert 28 < len(failing) < 28 * 24 / 4
    assert clock.now - failing[-1] <= DAY


async def test_a_move_is_followed_for_good_after_it_has_lasted_a_day(clock: Clock, reader: Reader, opens: Opens) -> None:
    host = await opens()
    moved = Publisher(host, "moved", MONDAY, 6 * HOUR)
    host.scripts = {
        "/old.xml": lambda _: Answer(status=301, headers={"Location": "/new.xml"}),
        "/new.xml": moved.answer,
    }
    reader.register(host, "/old.xml", 120)
    await reader.live(MONDAY + 5 * DAY)
    assert_minded(host, "a gap between two")
    assert MONDAY + DAY <= host.asked("/old.xml")[-1] <= MONDAY + 2 * DAY
    assert len(host.asked("/old.xml")) >= 5
    assert host.asked("/new.xml")[-1] > clock.now - 6 * HOUR
    assert_each_once(reader, moved.published(clock.now - 7 * HOUR))


async def test_one_who_repeats_an_etag_is_found_out_and_nothing_is_missed_after(clock: Clock, reader: Reader, opens: Opens) -> None:
    host = await opens()
    liar = Publisher(host, "liar", MONDAY, 6 * HOUR, window=60)
    host.scripts = {"/liar.xml": lambda now: repeated(liar.answer(now))}
    name = reader.register(host, "/liar.xml", 60)
    await reader.live(MONDAY + 10 * DAY)
    assert_minded(host, "a gap between two")
    assert reader.desk.memory.feeds[name].lies >= 3
    told = host.told["/liar.xml"]
    assert told.times[-1] > clock.now - 2 * HOUR
    assert_each_once(reader, liar.published(clock.now - 2 * HOUR))


def fresh_for(script: Callable[[float], Answer], seconds: float) -> Callable[[float], Answer]:
    """Say how long an answer is fresh, and mean it."""

    def answer(now: float) -> Answer:
        says = script(now)
        return replace(says, fresh=seconds, headers=says.headers | {"Cache-Control": f"public, max-age={seconds:.0f}"})

    return answer


def tired(script: Callable[[float], Answer], status: int, every: int) -> Callable[[float], Answer]:
    """Ask for two hours of rest instead of every so manieth answer, once in seconds and once as a date."""
    turns = count(1)

    def answer(now: float) -> Answer:
        turn = next(turns)
        if turn % every:
            return script(now)
        asked = "7200" if turn // every % 2 else formatdate(now + 7200, usegmt=True)
        return Answer(status=status, headers={"Retry-After": asked}, rest=7200)

    return answer


def repeated(says: Answer) -> Answer:
    """Return an answer whose validators never change."""
    return replace(says, headers=validators("always the same", 0))
