"""What becomes of an article: each happening in its place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher import revisions
from services.fetcher.digest import Found, PageDigest
from services.fetcher.outcomes import Failed, Gone, Outcome, Page, Unchanged
from services.fetcher.revisions import MOST_REVISIONS, Policy, Step
from shared.records.feed import Feed
from shared.records.fetch_state import ArticleState, from_record, to_message
from shared.records.raw import Entry, RawDocument
from shared.records.record import Message, Record

POLICY = Policy((100.0, 400.0), 1000.0)
FEED = Feed(id="f", url="https://e.example/feed")
ENTRY = Found(("1" * 32,), "h1", Entry(title="T"), "<p>short</p>", "https://e.example/a", False)
OLD, NEW = "2025-01-01T00:00:00Z", "2025-02-02T00:00:00Z"
NOW = 1_000_000.0


def page(text: str = "t1", modified: str | None = OLD, etag: str = '"1"') -> Page:
    return Page("https://e.example/a", 200, text.encode(), PageDigest(text, modified), "text/html", etag)


def record(message: Message | None) -> Record:
    assert message is not None
    return Record("news.raw.v1", 0, 0, 0, message.key, message.value, message.headers)


def change(step: Step) -> tuple[str | None, str | None, str | None] | None:
    if step.message is None:
        return None
    found = record(step.message)
    return found.header("ce_revision"), found.header("ce_change"), found.header("ce_type")


def run(state: ArticleState, *outcomes: Outcome, policy: Policy = POLICY) -> list[Step]:
    """Let each outcome come when its work is due."""
    steps = []
    for outcome in outcomes:
        step = revisions.fetched(state, outcome, "Feed", policy, max(state.due, NOW))
        steps.append(step)
        state = step.state
    return steps


def begun() -> ArticleState:
    return revisions.first_seen(ENTRY, FEED, "Feed", NOW).state


def sent() -> ArticleState:
    return run(begun(), page())[0].state


def test_a_new_entry_waits_for_its_page_and_is_sent_with_it() -> None:
    step = revisions.first_seen(ENTRY, FEED, "Feed", NOW)
    assert (step.message, step.state.work, step.state.due, step.what) == (None, "fetch", NOW, "new")
    (came,) = run(step.state, page())
    document = RawDocument.from_record(record(came.message))
    assert (document.kind, document.change, document.revision, document.body) == ("page", "created", 1, b"t1")
    assert (document.id, document.feed, document.domain, document.feed_name) == ("1" * 32, "f", "e.example", "Feed")
    assert document.entry == Entry(title="T")
    assert (came.state.work, came.state.due) == ("recheck", NOW + 100)


@pytest.mark.parametrize("found", [replace(ENTRY, whole=True), replace(ENTRY, link=None)])
def test_an_entry_with_its_whole_text_or_without_a_link_is_sent_at_once(found: Found) -> None:
    step = revisions.first_seen(found, FEED, None, NOW)
    assert change(step) == ("1", "created", "chipwire.entry.v1")
    assert record(step.message).value == b"<p>short</p>"
    assert (step.state.work, step.state.html) == (None, None)


def test_an_entry_that_says_nothing_new_changes_nothing() -> None:
    state = sent()
    assert revisions.seen_again(state, ENTRY, None, NOW + 1) == Step(state, "known")


def test_a_failed_page_gives_the_entry_now_and_a_completed_revision_later() -> None:
    first, second, third = run(begun(), Failed("timeout"), Gone(404), page())
    assert change(first) == ("1", "created", "chipwire.entry.v1")
    assert (first.state.work, first.state.due) == ("retry", NOW + 5)
    assert (second.message, second.state.due) == (None, NOW + 5 + 15)
    assert change(third) == ("2", "completed", "chipwire.page.v1")


def test_a_page_that_fails_for_ever_is_given_up() -> None:
    steps = run(begun(), *[Failed("timeout")] * 6)
    assert [step.message is not None for step in steps] == [True] + [False] * 5
    assert (steps[-1].state.work, steps[-1].state.entry) == (None, None)


def test_a_final_failure_is_not_tried_again_and_a_body_left_out_is_said() -> None:
    (step,) = run(begun(), Failed("body-too-large", final=True))
    assert RawDocument.from_record(record(step.message)).issues == ("body-too-large",)
    assert step.state.work is None


def test_a_changed_entry_fetches_its_page_again_and_corrects() -> None:
    step = revisions.seen_again(sent(), replace(ENTRY, fields_hash="h2"), None, NOW + 50)
    assert (step.what, step.message, step.state.work) == ("changed", None, "fetch")
    assert change(run(step.state, page("t2"))[0]) == ("2", "corrected", "chipwire.page.v1")


def test_a_changed_entry_whose_page_fails_never_replaces_the_page_by_less() -> None:
    state = revisions.seen_again(sent(), replace(ENTRY, fields_hash="h2"), None, NOW + 50).state
    steps = run(state, *[Failed("http-500")] * 6)
    assert all(step.message is None for step in steps)
    assert steps[-1].state.form == "page"


def test_a_changed_entry_without_a_page_is_corrected_as_an_entry_and_completed_later() -> None:
    state = run(begun(), Failed("timeout"))[0].state
    state = revisions.seen_again(state, replace(ENTRY, fields_hash="h2", html="new"), None, NOW + 1).state
    first, second = run(state, Failed("timeout"), page())
    assert change(first) == ("2", "corrected", "chipwire.entry.v1")
    assert record(first.message).value == b"new"
    assert change(second) == ("3", "completed", "chipwire.page.v1")


def test_an_entry_changed_before_it_was_sent_is_sent_once_as_it_is_now() -> None:
    step = revisions.seen_again(begun(), replace(ENTRY, fields_hash="h2", entry=Entry(title="New")), None, NOW)
    (came,) = run(step.state, page())
    assert change(came) == ("1", "created", "chipwire.page.v1")
    assert RawDocument.from_record(record(came.message)).entry == Entry(title="New")


def test_after_so_many_revisions_no_more_corrections_are_sent() -> None:
    state = sent().model_copy(update={"revision": MOST_REVISIONS})
    assert revisions.seen_again(state, replace(ENTRY, fields_hash="h2"), None, NOW).what == "too-many-revisions"
    assert run(state, page("t2", NEW))[0].message is None
    late = begun().model_copy(update={"revision": MOST_REVISIONS, "form": "entry"})
    assert [change(step) for step in run(late, Failed("timeout"), page())] == [None, None]
    assert run(late, *[Failed("timeout")] * 6)[-1].state.work is None


def test_a_page_that_comes_and_goes_for_ever_ends_all_the_same() -> None:
    state, sends, moves = sent(), 1, 0
    while state.work is not None and moves < 1000:
        step = revisions.fetched(state, (Gone(404), Gone(404), page())[moves % 3], "Feed", Policy((100.0,) * 9, 500.0), max(state.due, NOW))
        state, sends, moves = step.state, sends + (step.message is not None), moves + 1
    assert state.work is None
    assert sends <= MOST_REVISIONS + 2


@pytest.mark.parametrize(
    ("found", "corrected"),
    [(page("t2", NEW), True), (page("t2", OLD), False), (page("t1", NEW), False), (page("t2", None), False), (page("t1", OLD), False)],
)
def test_a_recheck_corrects_only_if_time_and_text_both_moved(found: Page, corrected: bool) -> None:
    (step,) = run(sent(), replace(found, etag='"2"'))
    assert change(step) == (("2", "corrected", "chipwire.page.v1") if corrected else None)
    assert step.state.etag == '"2"'
    assert step.state.text_sha256 == ("t2" if corrected else "t1")


def test_rechecks_end_and_leave_only_what_recognises_the_entry() -> None:
    first, last = run(sent(), Unchanged(), Unchanged())
    assert (first.state.work, first.state.due) == ("recheck", NOW + 400)
    assert (last.state.work, last.state.entry, last.state.etag, last.state.names) == (None, None, None, ("1" * 16,))


def test_a_recheck_that_fails_is_tried_again_some_times_and_then_left_out() -> None:
    steps = run(sent(), *[Failed("timeout")] * 4)
    assert all(step.message is None for step in steps)
    assert [step.state.tries for step in steps] == [1, 2, 3, 0]
    assert (steps[-1].state.work, steps[-1].state.due) == ("recheck", NOW + 400)


def test_a_page_gone_twice_in_a_row_is_retracted_and_buried() -> None:
    once, twice, last = run(sent(), Gone(404), Gone(410), Gone(404))
    assert once.message is None
    assert change(twice) == ("2", "retracted", "chipwire.retraction.v1")
    assert (once.state.due, twice.state.retracted_by) == (NOW + 200, "publisher")
    assert last.message is None
    (grave,) = run(last.state, Gone(404))
    assert record(grave.message).value is None
    assert (grave.state.tombstoned, grave.state.work) == (True, None)


def test_gone_once_and_back_is_nothing_even_at_the_last_recheck() -> None:
    steps = run(sent(), Gone(404), Unchanged(), Gone(404), Unchanged())
    assert all(step.message is None for step in steps)
    assert (steps[2].state.work, steps[2].state.due) == ("recheck", NOW + 500)
    assert steps[-1].state.work is None


def test_a_page_that_comes_back_is_restored_until_the_very_last_moment() -> None:
    steps = run(sent(), Gone(404), Gone(404), Gone(404))
    assert steps[-1].state.work == "tombstone"
    (back,) = run(steps[-1].state, page())
    assert change(back) == ("3", "restored", "chipwire.page.v1")
    assert (back.state.retracted_at, back.state.work) == (None, "recheck")


def test_an_entry_that_changes_after_its_retraction_is_restored_with_its_page() -> None:
    state = run(sent(), Gone(404), Gone(404))[-1].state
    state = revisions.seen_again(state, replace(ENTRY, fields_hash="h2"), None, NOW + 300).state
    assert change(run(state, page())[0]) == ("3", "restored", "chipwire.page.v1")


def test_an_operator_s_word_holds_for_ever_and_is_said_once() -> None:
    step = revisions.take_down(sent(), "libel", POLICY, NOW)
    assert change(step) == ("2", "retracted", "chipwire.retraction.v1")
    assert b'"reason":"libel"' in (record(step.message).value or b"")
    assert (step.state.work, step.state.due) == ("tombstone", NOW + 1000)
    assert revisions.take_down(step.state, "again", POLICY, NOW).message is None
    assert revisions.seen_again(step.state, replace(ENTRY, fields_hash="h2"), None, NOW).what == "withheld"
    buried = revisions.bury(step.state)
    assert (record(buried.message).value, buried.state.work) == (None, None)


def test_an_article_taken_down_before_it_was_sent_is_never_sent() -> None:
    step = revisions.take_down(begun(), "libel", POLICY, NOW)
    assert (step.message, step.state.work, step.state.retracted_by) == (None, None, "operator")


def test_new_names_are_learnt_and_the_first_is_never_lost() -> None:
    state = sent()
    for number in range(20):
        state = revisions.seen_again(state, replace(ENTRY, names=(f"{number:032x}"[::-1],)), None, NOW).state
    assert len(state.names) == revisions.MOST_NAMES
    assert state.names[0] == "1" * 16


HAPPENINGS = st.sampled_from(["page", "edited", "same", "gone", "failed", "final", "changed", "retract"])


@given(st.lists(HAPPENINGS, max_size=40))
def test_whatever_happens_revisions_count_up_by_one_and_begin_with_created(happenings: list[str]) -> None:
    state, now, numbers, changes = begun(), NOW, [], []
    for count, happening in enumerate(happenings):
        now = max(now + 1, state.due if happening not in ("changed", "retract") else 0)
        step = happen(state, happening, count, now)
        state = step.state
        assert from_record(record(to_message(state))) == state
        if step.message is not None and step.message.value is not None:
            numbers.append(int(record(step.message).header("ce_revision") or 0))
            changes.append(record(step.message).header("ce_change"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert changes[:1] in ([], ["created"])
    assert "created" not in changes[1:]


def happen(state: ArticleState, happening: str, count: int, now: float) -> Step:
    if happening == "changed":
        return revisions.seen_again(state, replace(ENTRY, fields_hash=f"c{count}"), None, now)
    if happening == "retract":
        return revisions.take_down(state, "why", POLICY, now)
    if state.work is None:
        return Step(state, "nothing due")
    outcomes: dict[str, Outcome] = {
        "page": page(),
        "edited": page(f"e{count}", f"2025-01-01T00:00:{count:02}Z"),
        "same": Unchanged(),
        "gone": Gone(404),
        "failed": Failed("timeout"),
        "final": Failed("robots-disallowed", final=True),
    }
    return revisions.fetched(state, outcomes[happening], None, POLICY, now)
