"""What holds of the classifier for any text at all."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.classifier.classify import classify, texts
from services.classifier.cues import cues
from services.classifier.explain import explain
from services.classifier.page import page
from services.classifier.pipe import article
from services.classifier.vocabulary import vocabulary
from services.classifier.words import beginnings, stems, words
from shared.lexicon.load import lexicon
from shared.lexicon.match import Alias, Matcher, fold

WORDS = [cue.word.strip("=*") for cue in cues().cues[::7]] + [alias.surface for alias in lexicon().aliases[::5]]
PIECES = st.one_of(st.sampled_from(WORDS), st.text(max_size=12), st.sampled_from([" ", ". ", "。", "\n", "İ", "ß", "Σ", "𝐀", "é", "ﬁ"]))
NARROW_PIECES = st.sampled_from(
    [
        *(word for word in WORDS if max(word) < "\u3000"),
        *(word.upper() for word in WORDS if word.isascii()),
        *" -.’ñÉłΣıİŸẞ\u212a\u212b\n\t\xa0",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map("".join)


@given(title=TEXTS, text=TEXTS, summary=TEXTS)
@settings(max_examples=150, deadline=None)
def test_evidence_always_stands_where_it_says_and_the_same_text_gives_the_same_bytes(title: str, text: str, summary: str) -> None:
    fields = {"title": title, "original": text, "summaries[0]": summary}
    verdict = classify(list(fields.items()))
    for evidence in verdict.evidence:
        assert fields[evidence.field][evidence.start : evidence.end] == evidence.surface
        assert evidence.surface
    assert classify(list(fields.items())).model_dump_json() == verdict.model_dump_json()


@given(title=TEXTS, text=TEXTS)
@settings(max_examples=60, deadline=None)
def test_only_policy_carries_tags_and_no_tag_comes_twice(title: str, text: str) -> None:
    verdict = classify([("title", title), ("original", text)])
    tags = (verdict.instruments, verdict.jurisdictions, verdict.products, verdict.entities)
    assert verdict.is_semiconductor_policy == (verdict.probability >= 0.5)
    assert verdict.is_semiconductor_policy or not any(tags)
    assert all(len(set(values)) == len(values) for values in tags[:3])


@given(st.text(max_size=60))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=20), st.sampled_from(WORDS), st.text(max_size=20))
def test_an_alias_is_found_wherever_spaces_surround_it(before: str, word: str, after: str) -> None:
    text = f"{before} {word} {after}"
    spans = [(start, end) for start, end, _, _ in Matcher([Alias(word, 0)]).find(text)]
    assert (len(before) + 1, len(before) + 1 + len(word)) in spans


@given(st.lists(NARROW_PIECES, min_size=1, max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_a_narrow_text_is_found_to_hold_the_same_by_both_automatons(text: str) -> None:
    for matcher in (vocabulary().topic, vocabulary().manner):
        assert matcher.find_all(f"{text}\u3000") == matcher.find_all(text)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_any_line_with_words_is_an_article_with_those_words(text: str) -> None:
    if text.strip():
        assert texts(article({"title": text, "text": text})) == [("title", text), ("original", text)]


@given(title=TEXTS, text=TEXTS, summary=TEXTS)
@settings(max_examples=60, deadline=None)
def test_an_explanation_names_places_that_exist_and_its_page_holds_no_markup_of_the_text(title: str, text: str, summary: str) -> None:
    fields = {"title": f"{title}<b>", "original": text, "summaries[0]": summary}
    found = explain(list(fields.items()))
    for veto in found.vetoes:
        assert fields[veto.field][veto.start : veto.end] == veto.surface
    assert "<b>" not in page(found)


@pytest.mark.parametrize("piece", ["美国商务部将芯片企业列入实体清单。", "The ministry bans Nvidia chips. ", "tariff ", "h20", "\n", "İ。"])
def test_four_times_the_text_takes_about_four_times_the_time(piece: str) -> None:
    def least(size: int) -> float:
        text, times = piece * (size // len(piece)), []
        for _ in range(5):
            began = process_time()
            classify([("title", "Chips"), ("original", text)])
            times.append(process_time() - began)
        return min(times)

    assert least(320_000) / max(least(80_000), 0.001) < 10  # linear work gives 4, quadratic 16; a busy machine blurs the former


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_the_learned_words_of_a_text_are_its_stems_that_were_learned(text: str) -> None:
    assert words().among(beginnings(text)) == words().weights.keys() & stems(text)
