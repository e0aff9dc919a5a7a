"""A stage: one line of the picture. Its step is pure, and so is everything it does to one record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import shared
from shared.errors import PoisonError
from shared.records import retraction
from shared.records.article import decode
from shared.records.headers import follow
from shared.records.record import Message, Record
from shared.topics import Topic, partition_of


class Sink(Protocol):
    """What a step returns: something that says its own value and attributes."""

    def value(self) -> bytes:
        """Return the record's value."""

    def attributes(self) -> dict[str, str]:
        """Return the headers that say what the record is."""


In = TypeVar("In")
Out = TypeVar("Out", bound=Sink)


@dataclass(frozen=True, slots=True)
class Stage(Generic[In, Out]):
    """``source ──► step ──► sink``. The step is a function of a module, so that worker processes can import it.

    `load` loads what the step needs (a lexicon), before a worker says that it is ready. `notices` says what is to be counted of an
    output, as pairs of kind and code; few of each. `partitions` is how many the source topic has, to hold a record's partition against
    its key; None skips that.
    """

    name: str
    source: Topic[In]
    step: Callable[[In], Out]
    sink: Topic[Out]
    load: Callable[[], object] | None = None
    notices: Callable[[Out], tuple[tuple[str, str], ...]] | None = None
    partitions: int | None = None

    @property
    def module(self) -> str:
        """The module of the step."""
        return self.step.__module__

    def prepare(self) -> None:
        """Load what the step needs."""
        if self.load is not None:
            self.load()

    def apply(self, record: Record) -> Message:
        """Return the output of one record. Retractions and tombstones pass under the same key without the step.

        Raises:
            PoisonError: If no output can be made of the record; ``wrong-partition`` for one that its key does not belong to.
            Exception: Whatever a faulty step raises.
        """
        if record.key is None:
            raise PoisonError("bad-key", "the key is null")
        if self.partitions is not None and (right := partition_of(record.key, self.partitions)) != record.partition:
            raise PoisonError("wrong-partition", f"its key belongs to partition {right}")
        if retraction.passes(record):
            if record.value is not None:
                decode(retraction.Retraction, record.value)
            return Message(
                record.key, record.value, follow(record, {}, shared.__version__, tombstone=record.value is None), record.timestamp
            )
        kind: Any = self.source.record
        result = self.step(kind.from_record(record))
        noticed = self.notices(result) if self.notices is not None else ()
        return Message(record.key, result.value(), follow(record, result.attributes(), shared.__version__), record.timestamp, noticed)
