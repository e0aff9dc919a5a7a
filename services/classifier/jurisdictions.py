"""Whose act it is: states and their authorities, the one that acts first."""

import re
from collections.abc import Mapping, Sequence

from services.classifier.reading import BODY, Mention, Reading
from services.classifier.strength import strength
from services.classifier.tally import ZONE_WEIGHTS
from services.classifier.vocabulary import COURT, STATE

FIRST_BONUS = 0.5
"""The first to be named in a title or lead is more often the one who acts."""

AUTHORITY_BONUS = 1.0
"""So is an authority, more than a state that is only named."""

AIMED_AT = 1.6
"""What a mention loses that stands as the aim of an act: to China, Chinese customers."""

AIM_BEFORE = re.compile(
    r"(?:\b(?:to|in|into|against|at|for|on|of|with|inside|outpace|keep)\s+(?:the\s+)?(?:mainland\s+)?|[对對输輸往在赴给給於于陷]\s*)$",
    re.IGNORECASE,
)
AIM_AFTER = re.compile(
    r"['’]?s?[- ](?:\w+ ){0,2}?(?:firms?|compan\w+|customers?|buyers?|fabs?|plants?|chipmakers?|groups?|giants?|clients?|market|lines?"
    r"|names|access|users?|semiconductors?|chips?|memory|push|bid|hand|owner\w*|investment|made|backed|owned)\b"
    r"|(?:企业|企業|客户|客戶|公司|市场|市場|工厂|工廠|厂|廠|机构|機構|芯片|晶片|半导体|半導體|电动车|電動車|矽|硅)"
)
"""Words before and after a state's name that make it the one acted upon rather than the one who acts."""

PASSING = 0.75
"""A sentence of the body that speaks less clearly of an act on chips names its states in passing."""

AUTHORITIES = {
    **dict.fromkeys((("US", "export_control"), ("US", "entity_listing"), ("US", "licensing")), "US/BIS"),
    **dict.fromkeys(
        (("CN", "critical_materials"), ("CN", "trade_remedy"), ("CN", "entity_listing"), ("CN", "export_control")), "CN/MOFCOM"
    ),
    ("CN", "antitrust"): "CN/SAMR",
    ("CN", "security_review"): "CN/CAC",
    ("JP", "subsidy"): "JP/METI",
    ("JP", "export_control"): "JP/METI",
    ("EU", "subsidy"): "EU/COM",
    ("IN", "subsidy"): "IN/CABINET",
    ("TW", "entity_listing"): "TW/MOEA",
    ("US", "legislation"): "US/CONGRESS",
    ("KR", "legislation"): "KR/NA",
}
"""Whose instrument it is: what a state does by it, this authority does, named or not."""


def jurisdictions(readings: Sequence[Reading], chosen: Sequence[str] = ()) -> dict[str, float]:
    """Return states and authorities by how much they act, most first: ``US``, ``US/BIS``; those named in passing are left out.

    Args:
        readings: The texts.
        chosen: The instruments, as some are one authority's alone.
    """
    scores: dict[str, float] = {}
    for reading in readings:
        first = True
        for mention in reading.mentions:
            entity = mention.term.entity
            if entity and entity.jurisdiction and _counts(reading, mention):
                zone = reading.zone(mention.sentence)
                amount = (
                    ZONE_WEIGHTS[zone]
                    + FIRST_BONUS * (first and zone != BODY)
                    + AUTHORITY_BONUS * bool(mention.term.signs & (STATE | COURT))
                )
                amount = max(0.1, amount - AIMED_AT * _is_aim(reading.text, mention))
                for place in (entity.jurisdiction.partition("/")[0], entity.jurisdiction):
                    scores[place] = max(scores.get(place, 0.0), amount)
                first = False
    ranked = dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))
    return _with_authority(ranked, chosen)


def _with_authority(places: dict[str, float], chosen: Sequence[str]) -> dict[str, float]:
    """Return `places` with the authority whose instrument the first state uses most; US exports are the business of one bureau alone."""
    first = issuer(places)
    own = {AUTHORITIES[pair] for value in chosen[:1] if (pair := (first or "", value)) in AUTHORITIES}
    if "US/BIS" in own:
        places.pop("US/COMMERCE", None)
    added = {place: places[first] for place in sorted(own) if first}
    return dict(sorted({**added, **places}.items(), key=lambda pair: (-pair[1], pair[0])))


def _is_aim(text: str, mention: Mention) -> bool:
    """Say whether a state is named as what an act is aimed at."""
    if mention.term.signs & (STATE | COURT):
        return False
    before, after = text[max(0, mention.start - 12) : mention.start], text[mention.end : mention.end + 30]
    return bool(AIM_BEFORE.search(before) or AIM_AFTER.match(after))


def _counts(reading: Reading, mention: Mention) -> bool:
    """Say whether a state is named in the title or lead, or in a sentence of the body that speaks of an act on chips."""
    return reading.zone(mention.sentence) != BODY or strength(reading.signs[mention.sentence]).pair >= PASSING


def issuer(places: Mapping[str, float]) -> str | None:
    """Return the state that acts: the first of `places`."""
    return next((place.partition("/")[0] for place in places), None)
