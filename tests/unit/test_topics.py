from aiokafka.partitioner import murmur2 as oracle
from hypothesis import given
from hypothesis import strategies as st

from services.classifier.__main__ import STAGE as CLASSIFIER
from services.parser.__main__ import STAGE as PARSER
from shared.topics import ARTICLES, BODY_LIMIT, FEEDS, RAW, SOON, STATE_TOPICS, TAGGED, TEXT_LIMIT, TOPICS, murmur2, partition_of


def test_each_sink_is_the_next_source() -> None:
    assert [PARSER.source, PARSER.sink, CLASSIFIER.source, CLASSIFIER.sink] == [RAW, ARTICLES, ARTICLES, TAGGED]


def test_every_topic_that_a_stage_reads_has_dead_letters_larger_than_itself() -> None:
    for source in (RAW, ARTICLES, FEEDS):
        assert source.dead_letters in TOPICS
        assert source.dead_letters.max_message_bytes > source.max_message_bytes


def test_what_the_fetcher_and_the_parser_let_through_fits_its_topic() -> None:
    assert RAW.max_message_bytes > BODY_LIMIT
    assert ARTICLES.max_message_bytes / 2 > TEXT_LIMIT


def test_names_are_versioned_and_each_is_used_once() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(set(names)) == len(names)
    assert all(name.removesuffix(".dlq").endswith(".v1") for name in names)


def test_a_shadow_prefix_keeps_everything() -> None:
    assert ARTICLES.config(keep_everything=True)["cleanup.policy"] == "delete"
    assert ARTICLES.config(keep_everything=True)["retention.ms"] == "-1"
    assert ARTICLES.config()["cleanup.policy"] == TAGGED.config()["cleanup.policy"] == "compact"


def test_what_is_read_from_its_beginning_is_compacted_soon() -> None:
    assert {topic for topic in TOPICS if topic.config().items() >= SOON.items()} == set(STATE_TOPICS)


@given(st.binary(max_size=60))
def test_murmur2_is_kafkas(data: bytes) -> None:
    assert murmur2(data) == oracle(data) & 0xFFFFFFFF


def test_partitions_are_those_of_the_java_client() -> None:
    # org.apache.kafka.common.utils.UtilsTest, testMurmur2
    known = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    assert {data: murmur2(data) for data in known} == {data: value & 0xFFFFFFFF for data, value in known.items()}
    assert partition_of(b"21", 4) == (-973932308 & 0x7FFFFFFF) % 4
