"""What must come out of the pipeline when it has read a newsroom."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from services.local.newsroom.stories import Newsroom


@dataclass(frozen=True, slots=True)
class Manifest:
    """What must come out. An article is one story in one feed: a story that two hosts syndicate counts twice (one ``ce_linkhash``).

    Attributes:
        changes: Records on the tagged topic by their ``ce_change``; tombstones are not counted.
        dead_letters: Dead letters of the parser by reason.
        policy: Articles about semiconductor policy as ``<feed>/<last path segment of the link, without .html>``.
        shared: Ids of the stories whose link comes from more than one feed.
    """

    changes: Mapping[str, int]
    dead_letters: Mapping[str, int]
    policy: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def articles(self) -> int:
        """Distinct article ids on the tagged topic."""
        return self.changes["created"]

    @property
    def tagged(self) -> int:
        """Records on the tagged topic, without tombstones."""
        return sum(self.changes.values())


def expected(newsroom: Newsroom) -> Manifest:
    """Return what must come out of a newsroom, computed from its stories so that the two cannot drift apart."""
    good = [(outlet.id, story) for outlet in newsroom.outlets for story in newsroom.listed(outlet.id) if not story.poison]
    changes = {
        "created": len(good),
        "corrected": sum(story.correction is not None for _, story in good),
        "retracted": sum(story.withdrawn for _, story in good),
    }
    policy = sorted(f"{outlet}/{story.id.partition('/')[2]}" for outlet, story in good if story.kind == "policy")
    poison = Counter(story.poison for outlet in newsroom.outlets for story in newsroom.listed(outlet.id) if story.poison)
    return Manifest(changes, dict(poison), tuple(policy), tuple(story.id for story in newsroom.stories if story.also_in))
