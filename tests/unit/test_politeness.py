"""Whose turn it is at a host, on a clock of the test's."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.fetcher import politeness
from services.fetcher.politeness import LONGEST_GAP, PATIENCE, HostResting, Hosts

Make = Callable[..., Hosts]


class Clock:
    """A time that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> Make:
    return lambda gap=2.0, connections=9: Hosts(gap, connections, clock, clock.sleep)


async def visited(hosts: Hosts, clock: Clock, host: str, lasts: float = 0.0) -> float:
    """Return when a request to a host began."""
    async with hosts.slot(host):
        began = clock.now
        clock.now += lasts
        return began


async def test_the_gap_counts_from_the_end_of_a_request_and_for_its_host_alone(make: Make, clock: Clock) -> None:
    hosts = make()
    await visited(hosts, clock, "a", lasts=5)
    assert await visited(hosts, clock, "b") == 1005
    assert await visited(hosts, clock, "a") == 1007


async def test_a_request_that_fails_is_followed_by_a_gap_too(make: Make, clock: Clock) -> None:
    hosts = make()
    with pytest.raises(OSError, match="reset"):
        async with hosts.slot("a"):
            raise OSError("reset")
    assert await visited(hosts, clock, "a") == 1002


async def test_two_requests_to_one_host_never_meet_and_two_hosts_do(make: Make) -> None:
    hosts, inside, most = make(gap=0.0), list[str](), list[list[str]]()

    async def ask(host: str) -> None:
        async with hosts.slot(host):
            inside.append(host)
            await asyncio.sleep(0)
            most.append(sorted(inside))
            inside.remove(host)

    await asyncio.gather(*(ask(host) for host in ("a", "a", "a", "b")))
    assert ["a", "b"] in most
    assert not any(together.count("a") > 1 for together in most)


async def test_a_short_rest_is_waited_for_and_a_long_one_is_the_caller_s_business(make: Make, clock: Clock) -> None:
    hosts = make()
    hosts.rest("a", 1000 + PATIENCE)
    assert await visited(hosts, clock, "a") == 1000 + PATIENCE
    hosts.rest("a", clock.now + PATIENCE + 10)
    hosts.rest("a", clock.now + 1)
    with pytest.raises(HostResting) as resting:
        await visited(hosts, clock, "a")
    assert resting.value.until == clock.now + PATIENCE + 10, "a shorter wish does not end a longer rest"


async def test_a_crawl_delay_widens_the_gap_up_to_a_minute_and_never_narrows_it(make: Make, clock: Clock) -> None:
    hosts = make()
    for delay, gap in ((10.0, 10.0), (0.5, 2.0), (9999.0, LONGEST_GAP)):
        await visited(hosts, clock, "a")
        hosts.widen("a", delay)
        left = clock.now
        assert await visited(hosts, clock, "a") == left + gap


async def test_of_many_hosts_those_that_rest_or_were_just_left_are_not_forgotten(
    make: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(politeness, "IDLE_HOSTS", 3)
    hosts = make()
    await visited(hosts, clock, "idle")
    clock.now += 60
    hosts.rest("resting", clock.now + 3600)
    await visited(hosts, clock, "just left")
    left = clock.now
    await visited(hosts, clock, "another")
    with pytest.raises(HostResting):
        await visited(hosts, clock, "resting")
    assert await visited(hosts, clock, "just left") == left + 2


async def test_no_more_requests_are_under_way_than_there_are_connections(make: Make) -> None:
    hosts, under_way, most = make(gap=0.0, connections=2), 0, 0

    async def ask(host: str) -> None:
        nonlocal under_way, most
        async with hosts.slot(host):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    waits: list[Awaitable[None]] = [ask(str(number)) for number in range(6)]
    await asyncio.gather(*waits)
    assert most == 2
