"""What a step notices of its outputs is counted in the service, though the step ran in a worker."""

import asyncio
import pickle
from collections.abc import Sequence

import pytest

from services.parser.__main__ import STAGE
from services.parser.notices import notices
from shared.records.article import Article
from shared.records.raw import Entry
from shared.records.record import Message, Record
from shared.stream.batches import Batches
from shared.topics import ARTICLES
from tests.unit.test_ledger import Road
from tests.unit.test_records import raw, stored

BODY = "<p>The harbour ministry said on Monday that the new yard at Lintavia will cost 40 million dollars and open in May.</p>" * 2
BODY += "<p>Profit of the yard's builder rose 12 percent in the second quarter, the company said.</p>"


def article(summary: str, body: str = BODY) -> tuple[Article, Message]:
    entry = Entry(title="Yard", summary=summary, link="https://ledger.example/a")
    message = STAGE.apply(stored(raw(kind="entry", body=body.encode(), entry=entry, issues=()).to_message()))
    assert message.value is not None
    return Article.from_json(message.value), message


def test_a_summary_with_a_contradiction_is_kept_marked_and_noticed_by_its_code() -> None:
    found, message = article("Profit of the builder fell 12 percent in the second quarter, the company said.")
    assert [(one.verdict, one.code) for one in found.summaries[0].findings] == [("contradicted", "direction")]
    assert message.notices == (("contradicted", "direction"),)


def test_a_faithful_summary_is_not() -> None:
    assert article("The harbour ministry said the new yard at Lintavia will cost 40 million dollars.")[1].notices == ()


def test_an_issue_is_noticed_once_however_often_it_stands_there() -> None:
    found, _ = article("A yard.", BODY)
    twice = found.model_copy(update={"issues": (*found.issues, *article("A yard.", BODY + "<p>\ufffd\ufffd</p>")[0].issues * 2)})
    assert notices(twice) == (("issue", "mojibake"),)


class Noticing:
    """Stands for the pool: what a worker sends back has gone through a pipe."""

    def __init__(self) -> None:
        self.deaths: dict[str, int] = {}
        self.pulse = (0,)

    async def run(self, items: Sequence[Record], seconds: float | None = None) -> list[Message]:
        made = [Message(item.key, item.value, notices=(("contradicted", "direction"),) if item.offset % 4 else ()) for item in items]
        return [pickle.loads(pickle.dumps(message)) for message in made]


def test_notices_are_counted_at_the_commit() -> None:
    road = Road([Record("t", 0, number, 0, b"k", b"v") for number in range(12)])
    with pytest.raises(EOFError):
        asyncio.run(Batches(STAGE, Noticing())(road))  # type: ignore[arg-type]  # stand-ins for pool and lane
    assert road.count("chipwire_notices_total", topic=ARTICLES.name, kind="contradicted", code="direction") == 9
