"""Evidence: the words that each tag rests on, with offsets into the stored text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from services.classifier.model import Model
from services.classifier.reading import Mention, Reading
from services.classifier.tally import Place, Tallies
from services.classifier.witness import Feature

TOPIC = "is_semiconductor_policy"
LEAST_CONTRIBUTION = 0.0001


class Item(TypedDict):
    """One item of evidence as `shared.records.tagged.Evidence` has it: a verdict is checked once, as a whole."""

    facet: str
    value: str
    field: str
    start: int
    end: int
    surface: str
    rule: str
    contribution: float
    only_in_summary: bool


def of_topic(features: Iterable[Feature], model: Model) -> list[Item]:
    """Return what the probability rests on: the contributions and the model's bias sum to the log odds."""
    weighed = [(feature, round(model.weights.get(feature.name, 0.0) * feature.value, 4)) for feature in features]
    return [
        _evidence(TOPIC, feature.name, feature.reading, feature.mention, amount, only_in_summary=feature.alone)
        for feature, amount in weighed
        if abs(amount) >= LEAST_CONTRIBUTION
    ]


def of_values(counted: Tallies, source: str, facet: str, values: Sequence[str]) -> list[Item]:
    """Return the best place in each text for each of `values`.

    Args:
        counted: The tallies of the article.
        source: The facet of the data (``force``, ``entity``).
        facet: The verdict's field (``legal_force``, ``products``).
        values: The tags to prove.
    """
    found = []
    for value in values:
        tally = counted.get((source, value))
        places: Iterable[Place] = tally.places.values() if tally else ()
        found += [_evidence(facet, value, place.reading, place.mention, place.amount) for place in places]
    return found


def of_jurisdictions(readings: Sequence[Reading], places: Mapping[str, float]) -> list[Item]:
    """Return the first mention in each text of each state or authority of `places`; one that is only implied rests on its state's."""
    found: dict[tuple[str, str], Item] = {}
    for reading in readings:
        for mention in reading.mentions:
            entity = mention.term.entity
            if entity and entity.jurisdiction:
                for place in dict.fromkeys((entity.jurisdiction.partition("/")[0], entity.jurisdiction)):
                    if place in places and (place, reading.field) not in found:
                        found[place, reading.field] = _evidence("jurisdictions", place, reading, mention, places[place])
    named = {place for place, _ in found}
    implied = [place for place in places if place not in named]
    rests = [item | {"value": place} for item in found.values() for place in implied if item["value"] == place.partition("/")[0]]
    return [*found.values(), *rests]


def _evidence(facet: str, value: str, reading: Reading, mention: Mention, amount: float, *, only_in_summary: bool = False) -> Item:
    start, end = mention.start, mention.end
    return Item(
        facet=facet,
        value=value,
        field=reading.field,
        start=start,
        end=end,
        surface=reading.text[start:end],
        rule=mention.term.rule,
        contribution=round(amount, 4),
        only_in_summary=only_in_summary,
    )


def marked(items: Sequence[Item], readings: Sequence[Reading]) -> Sequence[Item]:
    """Return `items`, those whose tag has no words outside the summaries marked so, if there is an original to compare with."""
    summaries = {reading.field for reading in readings if reading.is_summary}
    if not summaries or all(reading.field != "original" for reading in readings):
        return items
    grounded = {(item["facet"], item["value"]) for item in items if item["field"] not in summaries}
    for item in items:
        item["only_in_summary"] |= item["facet"] != TOPIC and (item["facet"], item["value"]) not in grounded
    return items
