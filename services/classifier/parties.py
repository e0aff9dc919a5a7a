"""Who is involved: entities with their roles, products."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

from services.classifier.jurisdictions import issuer
from services.classifier.reading import LEAD, TITLE, Mention, Reading
from services.classifier.strength import strength
from services.classifier.tally import ZONE_WEIGHTS, Tallies, Tally, of_facet
from shared.records.tagged import EntityTag

PLAIN = 0.4
"""How clearly a sentence must speak of an act on chips to give the firms in it their parts."""

NEAR = 60
"""Code points between a firm and the word that gives it its role."""


def entities(readings: Sequence[Reading], counted: Tallies, places: Mapping[str, float]) -> tuple[EntityTag, ...]:
    """Return those who have a part in the act or are named in title or lead, with their parts, the most prominent first."""
    acting, votes = issuer(places), _votes(readings)
    cast = ((name, tally, _role(tally, acting, places, votes)) for name, tally in of_facet(counted, "entity").items() if _is_party(name))
    return tuple(
        EntityTag(id=name, role=role) for name, tally, role in cast if role != "mentioned" or tally.zones[TITLE] or tally.zones[LEAD]
    )


def _is_party(name: str) -> bool:
    return not name.startswith(("product/", "material/"))


def _role(tally: Tally, acting: str | None, places: Mapping[str, float], votes: Mapping[str, Counter[str]]) -> str:
    entity = next(place.mention.term.entity for place in tally.places.values())
    assert entity is not None, "a term of the facet entity has one"
    if entity.jurisdiction and entity.type in ("agency", "agency.court", "state"):
        own = entity.jurisdiction.partition("/")[0]
        if own == acting:
            return "issuer" if entity.jurisdiction in places else "mentioned"
        return "target" if tally.zones[TITLE] or tally.zones[LEAD] else "mentioned"
    if not entity.type.startswith("company."):
        return "mentioned"
    cast = votes.get(entity.id)
    return min(cast, key=lambda role: (-cast[role], role != "target", role)) if cast else "mentioned"


def _votes(readings: Sequence[Reading]) -> dict[str, Counter[str]]:
    """Return the roles that the words around each firm give it: each mention votes with the nearest such word of its sentence."""
    votes: dict[str, Counter[str]] = {}
    for reading in readings:
        cues = [mention for mention in reading.mentions if mention.term.facet == "role"]
        places = [cue.start for cue in cues]
        for mention in reading.mentions:
            entity = mention.term.entity
            if entity and entity.type.startswith("company.") and strength(reading.signs[mention.sentence]).pair >= PLAIN:
                place = bisect_left(places, mention.start)
                cue = _nearest(mention, cues[max(0, place - 1) : place + 1])
                if cue:
                    weight = int(10 * ZONE_WEIGHTS[reading.zone(mention.sentence)])
                    votes.setdefault(entity.id, Counter())[cue.term.value] += weight
    return votes


def _nearest(firm: Mention, cues: Sequence[Mention]) -> Mention | None:
    """Return the nearer of the cues beside a firm, in its sentence; one behind the firm counts as twice as far."""
    near = [
        (firm.start - cue.end if cue.end <= firm.start else 2 * (cue.start - firm.end), number)
        for number, cue in enumerate(cues)
        if cue.sentence == firm.sentence
    ]
    distance, number = min(near, default=(NEAR, 0))
    return cues[number] if distance < NEAR else None


def products(counted: Tallies) -> tuple[str, ...]:
    """Return the products and materials named in title or lead or at least twice, most prominent first."""
    found = of_facet(counted, "entity")
    return tuple(
        name for name, tally in found.items() if not _is_party(name) and (tally.zones[TITLE] or tally.zones[LEAD] or tally.mentions > 1)
    )
