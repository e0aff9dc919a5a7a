"""The headers that every record carries: CloudEvents 1.0 attributes for consumers, ``chipwire-*`` for the plumbing.

What a consumer filters on is ``ce_*``; positions and versions are ``chipwire-*``; never both.
Source: CloudEvents 1.0.2, Kafka protocol binding, binary content mode; its Distributed Tracing extension.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from shared.errors import PoisonError
from shared.records.record import Headers, Record, encode_headers

JSON = "application/json"
FROM = "chipwire-from"
VERSION = "chipwire-version"
ARTICLE_ID = re.compile(rb"[0-9a-f]{32}")

PAGE_TYPE = "chipwire.page.v1"
ENTRY_TYPE = "chipwire.entry.v1"
ARTICLE_TYPE = "chipwire.article.v1"
TAGGED_TYPE = "chipwire.tagged.v1"
RETRACTION_TYPE = "chipwire.retraction.v1"


def dataschema(ce_type: str) -> str:
    """Return the URI of the schema of a type: ``chipwire.article.v1`` gives ``urn:chipwire:schema:article:v1``."""
    return "urn:chipwire:schema:" + ce_type.removeprefix("chipwire.").replace(".", ":")


def traceparent(article_id: str, revision: int) -> str:
    """Return the W3C trace context of one revision: the trace is the article, so that a replay keeps it."""
    span = sha256(f"{article_id}.{revision}".encode()).hexdigest()[:16]
    return f"00-{article_id}-{span}-01"


def birth(
    *, ce_type: str, article_id: str, revision: int, change: str, feed: str, domain: str, linkhash: str, time: str, content_type: str
) -> dict[str, str]:
    """Return the attributes that a record of the fetcher starts with; the stages after it copy them.

    Args:
        ce_type: One of the ``*_TYPE`` constants.
        article_id: 32 lower-case hex digits.
        revision: From 1, counted by the fetcher.
        change: ``created``, ``completed``, ``corrected``, ``retracted`` or ``restored``.
        feed: The feed's id.
        domain: The host of the article.
        linkhash: A hash of the link without its scheme: equal for copies of one page found on several feeds.
        time: When it was fetched, RFC 3339 in UTC.
        content_type: The media type of the value.
    """
    return {
        "ce_specversion": "1.0",
        "ce_id": f"{article_id}.{revision}",
        "ce_source": feed,
        "ce_type": ce_type,
        "ce_subject": article_id,
        "ce_time": time,
        "ce_dataschema": dataschema(ce_type),
        "content-type": content_type,
        "ce_revision": str(revision),
        "ce_change": change,
        "ce_feed": feed,
        "ce_domain": domain,
        "ce_linkhash": linkhash,
        "ce_traceparent": traceparent(article_id, revision),
    }


def follow(record: Record, changed: Mapping[str, str], version: str, *, tombstone: bool = False) -> Headers:
    """Return the headers of a stage's output: the attributes of its input, those of `changed` put in their place.

    Args:
        record: The input; its ``ce_*`` and ``content-type`` are copied, of several with one name the last.
        changed: Attributes that this stage sets, in order.
        version: The version of the code that made the output.
        tombstone: Leave ``content-type`` out, since a null value has none.
    """
    copied = {key: value for key, value in record.headers if key.startswith("ce_") or key == "content-type"}
    copied.update({key: value.encode() for key, value in changed.items()})
    if tombstone:
        copied.pop("content-type", None)
    return (*copied.items(), *encode_headers([(FROM, record.address), (VERSION, version)]))


def article_id(record: Record) -> str:
    """Return the key of a record as an article id.

    Raises:
        PoisonError: ``bad-key`` if the key is not 32 lower-case hex digits.
    """
    if record.key is None or not ARTICLE_ID.fullmatch(record.key):
        raise PoisonError("bad-key", f"an article id is 32 lower-case hex digits, not {record.key!r}")
    return record.key.decode("ascii")


def required(record: Record, names: Iterable[str]) -> dict[str, str]:
    """Return the headers called `names` as text.

    Raises:
        PoisonError: ``missing-header`` if one is absent or null, ``bad-header`` if it is not UTF-8.
    """
    values = dict(record.headers)
    found: dict[str, str] = {}
    for name in names:
        value = values.get(name)
        if value is None:
            raise PoisonError("missing-header", name)
        try:
            found[name] = value.decode()
        except UnicodeDecodeError as error:
            raise PoisonError("bad-header", f"{name} is not UTF-8") from error
    return found


def revision(record: Record) -> int:
    """Return ``ce_revision`` as a number from 1.

    Raises:
        PoisonError: ``missing-header``, or ``bad-header`` if it is no such number.
    """
    text = required(record, ["ce_revision"])["ce_revision"]
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise PoisonError("bad-header", f"ce_revision is a number from 1, not {text[:40]!r}")
    return int(text)
