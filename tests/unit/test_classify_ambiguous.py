"""Names of firms that mean other things, too, need company."""

import pytest

from services.classifier.reading import read
from services.classifier.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("title", "counts"),
    [
        ("市场监管总局对高通立案调查", True),
        ("市场监管总局公布新规", False),
        ("高通滤波器的原理", False),
        ("市场监管总局昨日开会。高通滤波器的原理。", False),
    ],
)
def test_an_ambiguous_firm_counts_beside_an_authority_and_its_measure(title: str, counts: bool) -> None:
    mentions = [mention for reading in read([("title", title)], vocabulary()) for mention in reading.mentions]
    assert any(mention.term.value == "org/qualcomm" for mention in mentions) is counts
