"""The instruments of an act: which of those that its words speak of it uses."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from services.classifier.reading import LEAD, TITLE
from services.classifier.tally import Tallies, Tally, of_facet

MOST = 3
LEAST_SCORE = 0.7
"""An instrument needs a strong word in title or lead, be it in a sentence without chips."""

LEAST_WEAK_SCORE = 1.2
"""Weak words are enough if title and lead both have one."""

LEAST_SHARE = 0.36
"""Of the score of the first instrument."""

RESERVED = frozenset({"diplomacy"})
"""Of taxonomy.json: no label in its first version."""

OBJECTS = frozenset({"critical_materials"})
"""Instruments that are named by their object, which other stories mention too: they must be in the title."""

WITHIN = {
    "entity_listing": ("licensing",),
    "enforcement": ("licensing", "entity_listing"),
    "trade_remedy": ("export_control", "subsidy", "licensing", "entity_listing", "enforcement"),
    "antitrust": ("export_control", "licensing", "investment_screening", "tech_protection", "enforcement"),
    "investment_screening": ("licensing", "tech_protection", "export_control"),
    "security_review": ("enforcement",),
    "procurement_guidance": ("export_control", "licensing"),
    "export_control": ("procurement_guidance",),
    "tech_protection": ("export_control",),
    "subsidy": ("licensing", "tariff"),
    "tariff": ("subsidy",),
    "state_fund": ("critical_materials",),
    "state_equity": ("critical_materials",),
    "tax_incentive": ("subsidy",),
    "legislation": ("enforcement", "security_review"),
}
"""What a story of an instrument also speaks of without its being another: who is listed needs a licence, who dumps was subsidised, who
is to buy at home was cut off abroad. It is one of its own only if it stands out: more of it in the title, and more of it at all."""

EXPORT_RULES = frozenset({"export_control", "entity_listing", "licensing"})
"""What was broken in a case of smuggling: an export control."""

NAMED_ALONE = frozenset({"enforcement", "entity_listing"})
"""Instruments beside which an export control is not also named a licence."""

BY_DEED = {"support": "subsidy", "tighten": "export_control", "loosen": "export_control"}
"""What a state does with chips by which nothing but the direction is said: it pays for them, or it holds them back or lets them go."""


def with_implied(counted: Tallies, implied: Mapping[str, str]) -> Tallies:
    """Return the tallies with each implied instrument resting on the words of the one that implies it, unless it has its own.

    Where title and lead have no word of any instrument, one follows from which way the act goes and rests on the words that say so.
    """
    added = {("instruments", other): counted["instruments", value] for value, other in implied.items() if ("instruments", value) in counted}
    given = {**added, **counted}
    if any(tally.zones[TITLE] or tally.zones[LEAD] for tally in _found(given).values()):
        return given
    ways = [(value, tally) for value, tally in of_facet(counted, "direction").items() if tally.strong]
    return {**given, **{("instruments", BY_DEED[value]): replace(tally, facet="instruments") for value, tally in ways[:1]}}


def instruments(counted: Tallies, implied: Mapping[str, str]) -> tuple[str, ...]:
    """Return the instruments, the clearest first, those implied by another after them: an implied one is none without that other."""
    found = _unborrowed(counted, implied)
    clear = {value: tally for value, tally in found.items() if not _weakness(value, tally, found)}
    chosen = [value for value in clear if not _host(value, clear)][:MOST] or list(found)[:1]
    strong = {value for value, tally in _found(counted).items() if tally.strong}
    return tuple(dict.fromkeys([*chosen, *(implied[value] for value in chosen if value in implied), *_beside(chosen, strong)]))


def _beside(chosen: Sequence[str], strong: Set[str]) -> Sequence[str]:
    """Return what the chosen instruments come with if any strong word, wherever it stands, speaks of it."""
    if "enforcement" in chosen and "tech_protection" in strong:
        return ("tech_protection",)
    if chosen == ["enforcement"] and strong & EXPORT_RULES:
        return ("export_control",)
    if "legislation" in chosen and "subsidy" in strong:
        return ("subsidy",)
    return ("licensing",) if "export_control" in chosen and "licensing" in strong and not NAMED_ALONE & set(chosen) else ()


def weakness(value: str, counted: Tallies) -> str:
    """Return in words why an instrument that the text has words for is not among those chosen."""
    found = _found(counted)
    if value in RESERVED:
        return "no label of the taxonomy's first version"
    if weak := _weakness(value, found[value], found):
        return weak
    host = _host(value, {other: tally for other, tally in found.items() if not _weakness(other, tally, found)})
    return f"part of {host}" if host else f"{MOST} clearer ones"


def _found(counted: Tallies) -> dict[str, Tally]:
    return {value: tally for value, tally in of_facet(counted, "instruments").items() if value not in RESERVED}


def _unborrowed(counted: Tallies, implied: Mapping[str, str]) -> dict[str, Tally]:
    """Return the tallies of the instruments that do not rest on another's words alone."""
    borrowed = {other for value, other in implied.items() if counted.get(("instruments", value)) is counted.get(("instruments", other))}
    return {value: tally for value, tally in _found(counted).items() if value not in borrowed}


def _weakness(value: str, tally: Tally, found: Mapping[str, Tally]) -> str | None:
    least = LEAST_SCORE if tally.strong else LEAST_WEAK_SCORE
    needed = max(least, LEAST_SHARE * max(other.score for other in found.values()))
    if value in OBJECTS and not tally.zones[0]:
        return "named by its object, which is not in the title"
    if tally.score < needed:
        return f"{'' if tally.strong else 'weak words only, '}score {tally.score:.2f}, needs {needed:.2f}"
    return None


def _host(value: str, clear: Mapping[str, Tally]) -> str | None:
    """Return the clear instrument whose story `value` is but a part of; of two that may each be part of the other, the clearer."""
    ranked = list(clear)
    clearer = ranked[: ranked.index(value)]
    hosts = (other for other in clear if value in WITHIN.get(other, ()) and (other in clearer or other not in WITHIN.get(value, ())))
    return next((other for other in hosts if not _stands_out(clear[value], clear[other])), None)


def _stands_out(tally: Tally, other: Tally) -> bool:
    return tally.zones[0] > other.zones[0] and tally.score >= other.score
