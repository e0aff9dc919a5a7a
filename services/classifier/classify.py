"""article ──► tagged: which articles are about semiconductor policy, and the evidence.

Pure: the verdict follows from the article, the data files and the model alone; the same input gives the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from services.classifier import evidence, facets, parties
from services.classifier.cues import cues
from services.classifier.features import rows, values
from services.classifier.instruments import instruments, with_implied
from services.classifier.jurisdictions import jurisdictions
from services.classifier.model import THRESHOLD, Model, is_uncertain, model
from services.classifier.reading import Reading, read, with_manner
from services.classifier.tally import tallies
from services.classifier.vocabulary import vocabulary
from services.classifier.witness import Feature, features
from shared import __version__
from shared.lexicon.load import digest
from shared.records.article import Article
from shared.records.tagged import TaggedArticle, Verdict

Texts = Sequence[tuple[str, str]]
"""Field (``title``, ``original``, ``summaries[i]``) and text, in that order."""

SOURCES = {"legal_force": "force"}
"""The facets of the data whose name differs from the verdict's field."""


def tag(article: Article) -> TaggedArticle:
    """Return the article with the verdict on it."""
    return TaggedArticle(article=article, verdict=classify(texts(article)))


def texts(article: Article) -> Texts:
    """Return the texts of an article that a verdict is drawn from."""
    title = [("title", article.title)] if article.title else []
    original = [("original", article.original.text)] if article.original else []
    return [*title, *original, *((f"summaries[{number}]", summary.body.text) for number, summary in enumerate(article.summaries))]


def classify(texts: Texts) -> Verdict:
    """Return the verdict on an article's texts."""
    readings = read(texts, vocabulary())
    judge, measured = model(), rows(readings)
    probability = judge.probability(values(measured))
    found = features(readings, measured)
    is_policy = probability >= THRESHOLD
    return Verdict(
        is_semiconductor_policy=is_policy,
        probability=probability,
        review_required=is_uncertain(probability),
        **(_tags(with_manner(readings, vocabulary()), found, judge) if is_policy else {"evidence": evidence.of_topic(found, judge)}),
        **names(),
    )


def _tags(readings: Sequence[Reading], found: Sequence[Feature], judge: Model) -> Mapping[str, Any]:
    """Return the fields of a verdict that only an article about semiconductor policy has."""
    counted = with_implied(tallies(readings), cues().implied)
    chosen = instruments(counted, cues().implied)
    places = jurisdictions(readings, chosen)
    counted = facets.with_default(counted, chosen)
    one = {
        "direction": facets.direction(counted, chosen),
        "stage": facets.stage(counted, chosen),
        "assertion": facets.assertion(counted),
        "legal_force": facets.legal_force(counted),
    }
    entities, products = parties.entities(readings, counted, places), parties.products(counted)
    proof = [
        *evidence.of_topic(found, judge),
        *evidence.of_values(counted, "instruments", "instruments", chosen),
        *evidence.of_jurisdictions(readings, places),
        *(item for facet, value in one.items() if value for item in evidence.of_values(counted, SOURCES.get(facet, facet), facet, [value])),
        *evidence.of_values(counted, "entity", "entities", [entity.id for entity in entities]),
        *evidence.of_values(counted, "entity", "products", products),
    ]
    return {
        "instruments": chosen,
        "jurisdictions": tuple(places),
        **one,
        "entities": entities,
        "products": products,
        "evidence": evidence.marked(proof, readings),
    }


@cache
def names() -> Mapping[str, str]:
    """Return what the verdict was made with: code, taxonomy, lexicon with cues, model, each by version and hash."""
    taxonomy = (files("services.classifier") / "data" / "taxonomy.json").read_bytes()
    words = vocabulary()
    return {
        "classifier": f"classifier/{__version__}",
        "taxonomy": f"{json.loads(taxonomy)['version']}+{digest({'taxonomy.json': taxonomy})}",
        "lexicon": f"{words.lexicon}.{words.data}",
        "model": model().version,
    }
