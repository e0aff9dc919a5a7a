"""Who answers: a Chinese headline that tells an act first and then who says what to it (``美擬課關稅 經濟部：影響有限``)."""

import re

from services.classifier.reading import Mention, Reading
from services.classifier.vocabulary import Term

SPEAKER = re.compile(r"(?<=[\u4e00-\u9fff\d%」”][ \u3000，,])[\u4e00-\u9fff]{2,8}[：:](?=[\u4e00-\u9fff「“A-Z\d])")
ANSWER = Term("stage", "reaction", 1.0, 0, "stage/reaction:speaker")


def answer(title: Reading) -> Mention | None:
    """Return the speaker in a title, as a word for an answer to the act that stands before."""
    found = SPEAKER.search(title.text)
    return Mention(found.start(), found.end(), ANSWER, 0) if found else None
