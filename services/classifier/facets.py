"""The facets of an article that is about semiconductor policy: direction, stage, assertion, legal force."""

from collections.abc import Sequence

from services.classifier.reading import LEAD, TITLE
from services.classifier.tally import Tallies, Tally, best, of_facet

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

STAGES = ("enforced", "repealed", "suspended", "in_force", "amended", "reaction", "proposed", "rumoured", "announced")
"""Among equals the more particular stage comes first."""

CLEAR_STAGE = 1.1
"""A stage needs a strong word in the title, or one beside chips in the lead."""

TITULAR = frozenset({"reaction", "amended"})
"""Stages that are in the title: in the text an answer often follows the act that the story is on, and an act often changes another."""

STAGE_BY_INSTRUMENT = {"enforcement": "enforced", "legislation": "proposed"}
"""How far an act of an instrument has come if nothing is said; a bill that was passed or signed is announced all the same."""

ANONYMOUS = ("assertion", "anonymous_sources")
PLAIN = {"stage": "announced", "assertion": "official"}
"""What holds of an act that is told as a fact."""


def with_default(counted: Tallies, chosen: Sequence[str]) -> Tallies:
    """Return the tallies with what goes without saying resting on the words of the chosen instruments, unless it has its own.

    An instrument has a direction by nature, and an act that is told as a fact is an announced one on its author's word; what only
    anonymous sources tell is rumoured.
    """
    added = {("direction", way): counted["instruments", value] for value in chosen if (way := BY_NATURE.get(value))}
    plain = {(facet, value): counted["instruments", chosen[0]] for facet, value in PLAIN.items() if chosen}
    stages = {("stage", STAGE_BY_INSTRUMENT[value]): counted["instruments", value] for value in chosen if value in STAGE_BY_INSTRUMENT}
    rumoured = {("stage", "rumoured"): counted[ANONYMOUS]} if ANONYMOUS in counted else {}
    return {**added, **plain, **stages, **rumoured, **counted}


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


def stage(counted: Tallies, chosen: Sequence[str]) -> str | None:
    """Return how far the act has come; where title and lead do not say, it was announced."""
    found = _own(counted, "stage")
    if _is_early(counted.get(ANONYMOUS)):
        return "rumoured"
    clear = {value: tally for value, tally in found.items() if value != PLAIN["stage"] and tally.score >= CLEAR_STAGE}
    said = best({value: tally for value, tally in clear.items() if value not in TITULAR or tally.zones[TITLE]}, STAGES)
    usual = next((STAGE_BY_INSTRUMENT[value] for value in chosen if value in STAGE_BY_INSTRUMENT), None)
    if usual == "proposed" and _is_early(found.get("announced")):
        usual = None
    return said or usual or _plain(counted, "stage")


def _is_early(tally: Tally | None) -> bool:
    return bool(tally and (tally.zones[TITLE] or tally.zones[LEAD]))


def _own(counted: Tallies, facet: str) -> dict[str, Tally]:
    """Return the tallies of words of the facet's own."""
    return {value: tally for value, tally in of_facet(counted, facet).items() if tally.facet == facet}


def _plain(counted: Tallies, facet: str) -> str | None:
    return PLAIN[facet] if (facet, PLAIN[facet]) in counted else None


def assertion(counted: Tallies) -> str | None:
    """Return on whose word the story rests: anonymous sources if any are named before the body, else the clearest."""
    found = _own(counted, "assertion")
    anonymous = found.get("anonymous_sources")
    if _is_early(anonymous) or (anonymous and len(found) == 1):
        return "anonymous_sources"
    return best(found, ("official", "named_source", "anonymous_sources", "analysis")) or _plain(counted, "assertion")


def legal_force(counted: Tallies) -> str | None:
    """Return what binds: ``law``, ``rule``, ``order`` or ``guidance``; guidance if it is named outright."""
    found = of_facet(counted, "force")
    if "guidance" in found and found["guidance"].score >= 1.0:
        return "guidance"
    return best(found, ("guidance", "law", "order", "rule"))
