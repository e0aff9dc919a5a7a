"""Strength: how strongly a sentence speaks of chips, of a state and its measure, and of other news, by the signs of its words."""

from functools import lru_cache
from typing import NamedTuple

from services.classifier import vocabulary as v

OTHER = v.BUSINESS | v.PRIVATE | v.SCIENCE | v.SECTOR | v.MEANING
"""The signs of news that is not about an act on semiconductors."""

BESIDE_AN_ACT = 0.4
"""What words of business, dispute and research count in a sentence that names a state and its measure."""

BESIDE_CHIPS = 0.3
"""What words of another sector count in a sentence that names chips (one tariff may be on both), words of another meaning of chip in
one that has a surer word on chips, and acts in one on another sector that has but a weak word on chips."""

IN_A_SUIT = 0.5
"""What measures and acts count in a sentence on a private suit that names no state."""


class Strength(NamedTuple):
    """How strongly a sentence, or several as one, speaks of each thing, in 0..1."""

    topic: float
    state: float
    measure: float
    act: float
    pair: float
    triple: float
    business: float
    private: float
    sector: float
    meaning: float
    science: float
    bare: float


@lru_cache(maxsize=1 << 15)
def strength(signs: int) -> Strength:
    """Return what a set of signs amounts to. `bare` is other news in a sentence that names no act of a state.

    Where a sentence is on another sector and names no chips, its state acts on something else; a court acts for the state but in a
    private suit.
    """
    topic = 1.0 if signs & v.CHIP else 0.8 if signs & v.FIRM else 0.3 if signs & v.CHIP_WEAK else 0.0
    theirs, part = _on_chips(signs), _in_public(signs)
    state = theirs * (1.0 if signs & v.STATE else 0.5 if signs & v.STATE_WEAK or (signs & v.COURT and not signs & v.PRIVATE) else 0.0)
    act = theirs * part * (1.0 if signs & v.ACT else 0.6 if signs & v.SUPPORT else 0.0)
    measure = theirs * part * (1.0 if signs & v.MEASURE else 0.5 if signs & v.MEASURE_WEAK else 0.0)
    deed = max(measure, 0.5 * act, 0.75 if measure and act else 0.0)
    pair = topic * deed
    bare = bool(signs & (v.BUSINESS | v.PRIVATE | v.SCIENCE)) and not signs & (v.STATE | v.MEASURE)
    aside = BESIDE_AN_ACT if signs & v.STATE and signs & v.MEASURE else 1.0
    return Strength(
        topic=topic,
        state=state,
        measure=measure,
        act=act,
        pair=pair,
        triple=pair * state,
        business=aside * bool(signs & v.BUSINESS),
        private=aside * bool(signs & v.PRIVATE),
        sector=(BESIDE_CHIPS if signs & v.CHIP else 1.0) * bool(signs & v.SECTOR),
        meaning=(BESIDE_CHIPS if signs & v.SURE else 1.0) * bool(signs & v.MEANING),
        science=aside * bool(signs & v.SCIENCE),
        bare=float(bare),
    )


def _on_chips(signs: int) -> float:
    """Return how much of a state's act in a sentence is on chips rather than on another sector."""
    if not signs & v.SECTOR or signs & (v.CHIP | v.FIRM):
        return 1.0
    return BESIDE_CHIPS if signs & v.CHIP_WEAK else 0.0


def _in_public(signs: int) -> float:
    """Return how much of a measure in a sentence is a state's rather than what one firm asks of another before a court."""
    return IN_A_SUIT if signs & v.PRIVATE and not signs & (v.STATE | v.STATE_WEAK) else 1.0
