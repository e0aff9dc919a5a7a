import pytest

from services.parser.draft import Lead
from services.parser.summarise import LEAD_LIMIT, summaries
from shared.records.article import Text

ENGLISH = "The hall is open. It cost a lot of money, and the people of the port paid for it. " * 20


def test_an_article_without_a_summary_gets_its_first_sentences_bound_to_their_hash() -> None:
    original = Text.of(ENGLISH, "en")
    (found,) = summaries([], original, None, None)
    assert (found.origin, found.method, found.of_sha256, found.body.lang) == ("extractive", "lead", original.sha256, "en")
    assert ENGLISH.startswith(found.body.text)
    assert found.body.text.endswith(".")
    assert 400 <= len(found.body.text) <= LEAD_LIMIT


@pytest.mark.parametrize("text", ["词" * 5000, "word " * 2000])
def test_a_lead_without_any_sentence_is_cut_within_its_limit(text: str) -> None:
    (found,) = summaries([], Text.of(text.strip(), "en"), None, None)
    assert len(found.body.text.encode()) <= LEAD_LIMIT
    assert found.body.text.endswith("…")


def test_a_written_summary_leaves_no_room_for_an_extractive_one() -> None:
    found = summaries([Lead("A hall for chips has opened.", "publisher")], Text.of(ENGLISH, "en"), None, None)
    assert [summary.origin for summary in found] == ["publisher"]


def test_two_equal_summaries_are_kept_once_and_the_title_is_none() -> None:
    leads = [Lead("A hall has opened.", "feed"), Lead("A hall has opened", "publisher"), Lead("The Title of It", "publisher")]
    assert [summary.origin for summary in summaries(leads, None, "the title of it", None)] == ["feed"]


def test_a_feed_summary_that_is_the_beginning_of_the_text_is_marked_so() -> None:
    (found,) = summaries([Lead(ENGLISH[:60] + "…", "feed")], Text.of(ENGLISH, "en"), None, None)
    assert found.method == "truncated-copy"


def test_without_a_text_and_without_a_summary_there_is_none() -> None:
    assert summaries([Lead(" ", "feed")], None, None, None) == ()


def test_of_a_long_text_the_central_sentences_are_taken_in_its_order() -> None:
    line = "Somebody said thing {} about the weather, and a few more. The harbour hall of Lintavia makes chips in hall {}.\n"
    long = "".join(line.format(number * 31 % 97, number) for number in range(150))
    (found,) = summaries([], Text.of(long, "en"), None, None)
    assert (found.origin, found.method, found.of_sha256) == ("extractive", "centroid", Text.of(long, "en").sha256)
    parts = found.body.text.split("\n")
    assert 1 <= len(parts) <= 3
    places = [long.index(part) for part in parts]
    assert places == sorted(places)


def test_a_long_text_without_sentences_to_choose_has_its_beginning() -> None:
    (found,) = summaries([], Text.of("word " * 4000, "en"), None, None)
    assert found.method == "lead"


def test_an_abstract_and_a_description_are_two_summaries_of_the_publisher() -> None:
    leads = [Lead("A hall for chips has opened.", "publisher", "abstract"), Lead("All of the port's news.", "publisher", "description")]
    assert [summary.method for summary in summaries(leads, None, None, None)] == ["abstract", "description"]
