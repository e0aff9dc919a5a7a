"""The facets of an article that is about semiconductor policy: instruments, direction, stage, assertion, legal force."""

from collections.abc import Mapping, Sequence

from services.classifier.tally import Tallies, Tally, best, of_facet

MOST_INSTRUMENTS = 3
LEAST_SCORE = 0.7
"""An instrument needs a strong word in title or lead, be it in a sentence without chips."""

LEAST_SHARE = 0.36
"""Of the score of the first instrument."""

RESERVED = frozenset({"diplomacy"})
"""Of taxonomy.json: no label in its first version."""

OBJECTS = frozenset({"critical_materials"})
"""Instruments that are named by their object, which other stories mention too: they must be in the title."""

BY_NATURE = {
    **dict.fromkeys(("subsidy", "tax_incentive", "state_fund", "state_equity"), "support"),
    **dict.fromkeys(("export_control", "entity_listing", "licensing", "tariff", "trade_remedy", "procurement_guidance"), "tighten"),
    **dict.fromkeys(
        ("investment_screening", "security_review", "antitrust", "critical_materials", "enforcement", "tech_protection"), "tighten"
    ),
}
"""Which way an instrument goes if nothing is said: money supports, the rest restrains; a bill or a standard may do either."""

NATURE = 0.7
"""What an instrument's nature counts beside the words."""

RESTRAINED = 2.0
"""Money for chips restrains rather than supports if its words speak of restraint by this much more."""

MIXED_SHARE = 0.75
"""Two opposite directions make a mixed one if the weaker has this share of the stronger."""

STAGES = ("enforced", "in_force", "repealed", "suspended", "amended", "proposed", "rumoured", "reaction", "announced")
"""Among equals the more particular stage comes first."""

CLEAR_STAGE = 1.5
"""A stage needs a word in the title beside chips, or words in title and lead."""

PLAIN = {"stage": "announced", "assertion": "official"}
"""What holds of an act that is told as a fact."""


def with_implied(counted: Tallies, implied: Mapping[str, str]) -> Tallies:
    """Return the tallies with each implied instrument resting on the words of the one that implies it, unless it has its own."""
    added = {("instruments", other): counted["instruments", value] for value, other in implied.items() if ("instruments", value) in counted}
    return {**added, **counted}


def instruments(counted: Tallies, implied: Mapping[str, str]) -> tuple[str, ...]:
    """Return the instruments, the clearest first, those implied by another after them."""
    found = {value: tally for value, tally in of_facet(counted, "instruments").items() if value not in RESERVED}
    top = max((tally.score for tally in found.values()), default=0.0)
    clear = [value for value, tally in found.items() if _is_clear(value, tally, top)][:MOST_INSTRUMENTS]
    chosen = clear or list(found)[:1]
    return tuple(dict.fromkeys([*chosen, *(implied[value] for value in chosen if value in implied)]))


def _is_clear(value: str, tally: Tally, top: float) -> bool:
    if value in OBJECTS and not tally.zones[0]:
        return False
    return tally.strong and tally.score >= LEAST_SCORE and tally.score >= LEAST_SHARE * top


def weakness(value: str, tally: Tally, found: Mapping[str, Tally]) -> str:
    """Return in words why an instrument that the text speaks of is not among those chosen."""
    top = max(other.score for other in found.values())
    if value in RESERVED:
        return "no label of the taxonomy's first version"
    if value in OBJECTS and not tally.zones[0]:
        return "named by its object, which is not in the title"
    if not tally.strong:
        return "weak words only"
    if tally.score < LEAST_SCORE:
        return f"score {tally.score:.2f}, needs {LEAST_SCORE}"
    if tally.score < LEAST_SHARE * top:
        return f"score {tally.score:.2f}, needs {LEAST_SHARE * top:.2f}"
    return f"{MOST_INSTRUMENTS} clearer ones"


def with_default(counted: Tallies, chosen: Sequence[str]) -> Tallies:
    """Return the tallies with what goes without saying resting on the words of the chosen instruments, unless it has its own.

    An instrument has a direction by nature, and an act that is told as a fact is an announced one on its author's word.
    """
    added = {("direction", way): counted["instruments", value] for value in chosen if (way := BY_NATURE.get(value))}
    plain = {(facet, value): counted["instruments", chosen[0]] for facet, value in PLAIN.items() if chosen}
    return {**added, **plain, **counted}


def direction(counted: Tallies, chosen: Sequence[str]) -> str:
    """Return which way the act goes: what its words say, and where they say little, what its first telling instrument does by nature."""
    found = _own(counted, "direction")
    scores = {value: found[value].score if value in found else 0.0 for value in ("tighten", "loosen", "support")}
    nature = next((BY_NATURE[value] for value in chosen if value in BY_NATURE), None)
    if nature == "support" and scores["tighten"] < RESTRAINED * max(scores["support"], 1.0):
        return "support"
    tighten, loosen = scores["tighten"], scores["loosen"]
    if nature is None and scores["support"] >= max(tighten, loosen):
        return "support" if scores["support"] else "none"
    if tighten and min(tighten, loosen) >= MIXED_SHARE * max(tighten, loosen):
        return "mixed"
    return "tighten" if tighten + NATURE * (nature == "tighten") > loosen else "loosen"


def stage(counted: Tallies) -> str | None:
    """Return how far the act has come; where title and lead do not say, it was announced."""
    found = _own(counted, "stage")
    clear = {value: tally for value, tally in found.items() if tally.score >= CLEAR_STAGE}
    return best(clear, STAGES) or _plain(counted, "stage")


def _own(counted: Tallies, facet: str) -> dict[str, Tally]:
    """Return the tallies of words of the facet's own."""
    return {value: tally for value, tally in of_facet(counted, facet).items() if tally.facet == facet}


def _plain(counted: Tallies, facet: str) -> str | None:
    return PLAIN[facet] if (facet, PLAIN[facet]) in counted else None


def assertion(counted: Tallies) -> str | None:
    """Return on whose word the story rests: anonymous sources if any are named before the body, else the clearest."""
    found = _own(counted, "assertion")
    anonymous = found.get("anonymous_sources")
    if anonymous and (anonymous.zones[0] or anonymous.zones[1] or len(found) == 1):
        return "anonymous_sources"
    return best(found, ("official", "named_source", "anonymous_sources", "analysis")) or _plain(counted, "assertion")


def legal_force(counted: Tallies) -> str | None:
    """Return what binds: ``law``, ``rule``, ``order`` or ``guidance``; guidance if it is named outright."""
    found = of_facet(counted, "force")
    if "guidance" in found and found["guidance"].score >= 1.0:
        return "guidance"
    return best(found, ("guidance", "law", "order", "rule"))
