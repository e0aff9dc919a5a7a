"""A stage for the fault suites: Articles' topic in, tagged topic out, and a step that misbehaves when it is told to."""

import ctypes
import os
import time
from typing import Self

from shared.errors import PoisonError
from shared.records.record import Record
from shared.stream.service import run_stage
from shared.stream.stage import Stage
from shared.topics import MIB, Topic

ARTICLE_BYTES = 10_000
"""What a page shrinks to, as it does in the parser."""
DAY_MS = 24 * 60 * 60 * 1000


class Word:
    """A value of bytes; what it begins with tells the step what to do."""

    def __init__(self, word: bytes) -> None:
        self.word = word

    @classmethod
    def from_record(cls, record: Record) -> Self:
        return cls(record.value or b"")

    def value(self) -> bytes:
        return self.word

    def attributes(self) -> dict[str, str]:
        return {}


def obey(word: Word) -> Word:
    """Echo, or fail in the way that the word asks for."""
    verb, _, rest = word.word.partition(b" ")
    if verb == b"poison":
        raise PoisonError("told-to", rest.decode())
    if verb == b"raise":
        raise ValueError("a fault of the step")
    if verb == b"kill":
        os.kill(os.getpid(), 9)
    if verb == b"segfault":
        ctypes.string_at(0)
    if verb == b"spin":
        while True:
            pass
    if verb == b"sleep":
        time.sleep(3600)
    if verb == b"grow":
        bytearray(4 << 30)
    if verb == b"oversize":
        return Word(os.urandom(int(rest)))
    if verb == b"work":
        end = time.thread_time() + float(rest.split()[0]) / 1000
        while time.thread_time() < end:
            pass
    return Word(word.word[:ARTICLE_BYTES]) if len(word.word) > ARTICLE_BYTES else word


WORDS_IN = Topic("news.articles.v1", Word, "any", "compact", 7 * DAY_MS, 3 * MIB)
WORDS_OUT = Topic("news.tagged.v1", Word, "any", "compact", 7 * DAY_MS, 3 * MIB)
STAGE = Stage("toy", source=WORDS_IN, step=obey, sink=WORDS_OUT)

if __name__ == "__main__":
    run_stage(STAGE)
