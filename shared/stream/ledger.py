"""The books of one lane: in = out + dead letters + in flight, checked at the commit of each transaction.

It is kept by offsets, apart from the code that moves the records: what was read is held against what was written, record by record,
so that a loss and a double do not cancel each other out. A stage drops nothing; what retention drops unread the lane counts.
"""

from collections import Counter, deque
from collections.abc import Iterable


class Ledger:
    """What a lane has taken from its partition and not yet settled."""

    def __init__(self) -> None:
        self._taken: deque[int] = deque()

    @property
    def in_flight(self) -> int:
        """How many records were read and wait for the commit of their outputs."""
        return len(self._taken)

    def take(self, offsets: Iterable[int]) -> None:
        """Enter records that were read, in the order of their offsets."""
        self._taken.extend(offsets)

    def settle(self, next_offset: int, written: Iterable[int]) -> int:
        """Close a committed transaction; return by how many records it is out of balance: 0, or there is a fault in this program.

        Args:
            next_offset: The committed offset: everything before it is dealt with for good.
            written: For each output, sink or dead letter, the offset of the input it came from.
        """
        balance = Counter(written)
        while self._taken and self._taken[0] < next_offset:
            balance[self._taken.popleft()] -= 1
        return sum(map(abs, balance.values()))

    def give_back(self) -> None:
        """Forget what was read and not committed: it will be read again, here or by another."""
        self._taken.clear()
