"""The vocabulary: gazetteer and cues as terms, each with the signs that it gives a sentence, under two automatons.

One finds what a score rests on. The other finds how an act is told, which is asked of an article about policy alone.
"""

from functools import cache
from typing import NamedTuple

from services.classifier.cues import BLOCKER, LAYERS, MANNER, Cue, cues
from shared.lexicon.load import Entity, Name, lexicon
from shared.lexicon.match import Matcher

CHIP, CHIP_WEAK, FIRM, MEASURE, MEASURE_WEAK, ACT, SUPPORT, STATE, STATE_WEAK = (1 << bit for bit in range(9))
MEANING, SECTOR, BUSINESS, PRIVATE, SCIENCE = (1 << bit for bit in range(9, 14))
ANCHOR = 1 << 14
"""The sign of a term that alone is sure proof that chips are spoken of; ambiguous terms count only in an article that has one."""

PLAIN, SURE, THING, AMBIGUOUS, COURT = (1 << bit for bit in range(15, 20))
"""The signs of the mere word chip, of any surer one, of what else has a chip in it (a card, a pet, a casino), of an ambiguous term, and
of who acts for a state but in a private suit."""

PLAIN_WORDS = frozenset("chip microchip chipped 芯片 晶片 芯".split())
THINGS = frozenset("food casino pet card insurance".split())
"""Other meanings that are the object of an act themselves; an idiom (blue chip) leaves the chips of its sentence what they are."""

FIRMS = ("company.chip", "company.foundry", "company.memory", "company.tool", "company.eda", "company.osat", "company.material")

_ENTITY_SIGNS = {
    "product": CHIP,
    "material.chip": CHIP,
    "company.mixed": CHIP_WEAK,
    "org.fund": CHIP,
    "agency": STATE,
    "agency.court": COURT,
    "state": STATE_WEAK,
    "law": MEASURE_WEAK,
    "list": MEASURE,
    "rule": MEASURE,
}
_CUE_SIGNS = {
    "instruments": (MEASURE, MEASURE_WEAK),
    "deed": (MEASURE_WEAK, MEASURE_WEAK),
    "chip": (CHIP, CHIP_WEAK),
    "state": (STATE, STATE_WEAK),
    "meaning": (MEANING, MEANING),
    "sector": (SECTOR, SECTOR),
    "business": (BUSINESS, BUSINESS),
    "private": (PRIVATE, PRIVATE),
    "science": (SCIENCE, SCIENCE),
}
"""What a strong and what a weak cue of each facet is a sign of."""


class Term(NamedTuple):
    """What a hit stands for: a cue's facet and value, or ``entity`` and an id. `signs` are bits; `rule` names the data's line.

    An `ambiguous` term counts only in an article that has an `ANCHOR`.
    """

    facet: str
    value: str
    weight: float
    signs: int
    rule: str
    entity: Entity | None = None
    ambiguous: bool = False


class Vocabulary(NamedTuple):
    """The terms and their automatons: the key of a hit is an index into `terms`, None where the word is a blocker.

    `manner` finds the facets of `cues.MANNER`, `topic` the others and the gazetteer's names.
    """

    topic: Matcher
    manner: Matcher
    terms: tuple[Term | None, ...]
    lexicon: str
    data: str


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, built once in a process."""
    names, words = lexicon(), cues()
    entities = tuple(_entity_term(name, names.entities) for name in names.names)
    shifted = [alias._replace(key=alias.key + len(entities)) for alias in words.aliases]
    apart = {LAYERS[facet] for facet in MANNER}
    topic = Matcher((*names.aliases, *(alias for alias in shifted if alias.layer not in apart)))
    manner = Matcher(alias for alias in shifted if alias.layer in apart)
    found = (None if cue.value == BLOCKER else _cue_term(cue) for cue in words.cues)
    return Vocabulary(topic, manner, (*entities, *found), names.version, words.version)


def _entity_term(name: Name, entities: tuple[Entity, ...]) -> Term | None:
    if name.entity < 0:
        return None
    entity = entities[name.entity]
    signs = FIRM if entity.type in FIRMS else _ENTITY_SIGNS.get(entity.type, _ENTITY_SIGNS.get(entity.type.partition(".")[0], 0))
    anchor = AMBIGUOUS if name.ambiguous else _anchor(signs) | SURE * bool(signs & (CHIP | FIRM))
    return Term("entity", entity.id, 1.0, signs | anchor, f"lexicon:{entity.id}", entity, name.ambiguous)


def _cue_term(cue: Cue) -> Term:
    signs = _signs(cue)
    plain = PLAIN if cue.word in PLAIN_WORDS else SURE if signs & CHIP else THING if signs & MEANING and cue.value in THINGS else 0
    return Term(cue.facet, cue.value, cue.weight, signs | plain | _anchor(signs), f"{cue.facet}/{cue.value}:{cue.word}")


def _anchor(signs: int) -> int:
    return ANCHOR if signs & (CHIP | FIRM) else 0


def _signs(cue: Cue) -> int:
    strong = cue.weight == 1.0
    if cue.facet == "direction":
        return (SUPPORT if cue.value == "support" else ACT) if strong else 0
    if (cue.facet, cue.value) == ("state", "court"):
        return COURT
    weights = _CUE_SIGNS.get(cue.facet)
    return 0 if weights is None else weights[0] if strong else weights[1]
