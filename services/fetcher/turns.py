"""The turns of one lane: read registrations, take answers, send for what is due, commit; four times a second.

registrations ──► desk ──► errands ──► answers ──► desk ──► documents and states, in one transaction
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from services.fetcher.audit import Audit
from services.fetcher.desk import Desk
from services.fetcher.errands import Errands
from services.fetcher.ledger import Ledger
from services.fetcher.requests import Requests
from services.fetcher.tally import Tally
from shared.errors import PoisonError
from shared.records.dead_letter import dead_letter
from shared.records.record import Record
from shared.stream.compacted import replay
from shared.stream.lane import Lane
from shared.stream.transactions import Output
from shared.topics import FEEDS, FETCH_STATE, RAW, partition_of

TICK = 0.25
"""Seconds from one transaction to the next while there is anything to write."""
TRANSACTION_BYTES = 8 * 1024 * 1024
RECORDS = 500

log = logging.getLogger(__name__)


class Turns:
    """One lane from one start to the next.

    Args:
        lane: Reads the feeds and commits.
        desk: Decides.
        requests: Ask.
        tally: Counts.
        partitions: How many the topics have.
        clock: Seconds since 1970.
    """

    def __init__(
        self, lane: Lane, desk: Desk, requests: Requests, tally: Tally, partitions: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._lane = lane
        self._desk = desk
        self._requests = requests
        self._ledger = Ledger(desk.memory, desk.roll)
        self._errands = Errands(desk, requests, self._ledger, clock)
        self._audit = Audit(desk, self._errands.under_way)
        self._tally = tally
        self._partitions = partitions
        self._clock = clock
        self._known_until = 0
        self._first_unread = 0

    async def run(self) -> None:
        """Turn for ever.

        Raises:
            KafkaError, TimeoutError, AssertionError, OSError: The lane begins anew, with another desk.
        """
        await self._open()
        try:
            while True:
                await self._turn()
        finally:
            await self._errands.close()
            self._tally.close()

    async def _open(self) -> None:
        """Remember: the producer has started, so nothing of a former owner can follow what is read here."""
        lane, desk = self._lane, self._desk
        await lane.seek_committed()
        self._first_unread = lane.committed
        await replay(lane.settings, FETCH_STATE, lane.partition, desk.memory.load)
        self._known_until = await replay(lane.settings, FEEDS, lane.partition, lambda feeds: desk.resume(feeds, self._clock()))
        desk.plan_pages()
        for host in desk.memory.hosts.values():
            self._requests.web.hosts.rest(host.authority, host.rest_until)
        counts = {"feeds": len(desk.roll.feeds), "articles": desk.memory.count, "unread_states": desk.memory.unread}
        log.info("lane open", extra={"partition": lane.partition} | counts)

    async def _turn(self) -> None:
        records = await self._lane.poll(RECORDS, TICK)
        self._ledger.read(records)
        letters = [letter for record in records if (letter := self._register(record))]
        self._errands.hand_in(TRANSACTION_BYTES)
        self._errands.launch()
        await self._commit(letters, records[-1].offset + 1 if records else None)
        if (found := self._audit.look(self._clock())) is not None:
            self._tally.audit(found)

    def _register(self, record: Record) -> Output | None:
        """Do what a record says, unless `_open` did; return its dead letter if it says nothing and none was written before."""
        is_known = record.offset < self._known_until
        try:
            if is_known:
                self._desk.roll.check(record)
            else:
                self._desk.register(record, self._clock())
        except PoisonError as error:
            if record.offset >= self._first_unread:
                return self._dead_letter(record, error)
        self._ledger.registered(record, at_start=is_known)
        return None

    def _dead_letter(self, record: Record, error: PoisonError) -> Output:
        log.warning("bad record on news.feeds", extra={"record": record.address, "reason": error.reason})
        return Output(FEEDS.dead_letters, record.partition, dead_letter(record, "fetcher", error, datetime.now(UTC)))

    async def _commit(self, letters: list[Output], next_offset: int | None) -> None:
        """Write everything that was decided since the last turn, or nothing of it."""
        desk, lane = self._desk, self._lane
        documents, desk.messages = desk.messages, []
        outputs = [Output(RAW, partition_of(message.key or b"", self._partitions), message) for message in documents]
        outputs += [Output(FETCH_STATE, lane.partition, message) for message in desk.memory.drain()]
        outputs += letters
        sheet = self._ledger.settle(outputs, next_offset)
        if next_offset is not None and next_offset <= lane.committed:
            next_offset = None
        if outputs or next_offset is not None:
            await lane.commit(outputs, next_offset)
        else:
            await lane.commit_position()
        self._tally.count(outputs, sheet, self._ledger.under_way, self._clock())
