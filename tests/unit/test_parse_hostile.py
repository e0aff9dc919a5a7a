"""Documents that must not hurt: each ends as an article or one dead letter, within two seconds of CPU and 64 MB above an idle worker.

Run as a module it measures them all in forked children of an idle parser and prints JSON: that is what the tests read.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.parser.parse import parse
from services.parser.pipe import document
from shared.errors import PoisonError
from shared.records.article import Article

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2.0, 64
OPEN = "<p>" + "The hall for navigation chips is open to all who come. " * 9 + "</p>"
LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{i} '{'&a;' * 10}'>" for i in range(9)) + "]><html><body>&a8;" + OPEN
SOURCES: dict[str, str | bytes] = {
    "an external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;' + OPEN,
    "an external DTD": '<!DOCTYPE html SYSTEM "http://dtd.example/x.dtd"><html><body>' + OPEN,
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://dtd.example/x"> %x;]><html><body>' + OPEN,
    "billion laughs": LAUGHS,
    "quadratic blow-up": "<!DOCTYPE a [<!ENTITY x '" + "x" * 50_000 + "'>]><html><body>" + "&x;" * 50_000 + OPEN,
    "20,000 attributes": "<p " + " ".join(f"a{i}=1" for i in range(20_000)) + ">" + OPEN,
    "one attribute 200,000 times": "<p " + "a=1 " * 200_000 + ">" + OPEN,
    "names of one hash": "".join(f"<{'aB' if i & 1 else 'bA'}{i}>" for i in range(20_000)) + OPEN,
    "100,000 deep": "<div>" * 100_000 + OPEN,
    "100,000 deep inline": "<b><i>" * 50_000 + OPEN,
    "100,000 deep links": "<a href=x>" * 100_000 + OPEN,
    "50,000 unclosed tables": "<table><tr><td>" * 50_000 + OPEN,
    "a token of 4 MB": "<p>" + "x" * 4_000_000,
    "4 MB of open tags": "<" * 4_000_000,
    "4 MB of ampersands": "<p>" + "&" * 4_000_000,
    "4 MB of classes": "<div class='" + "comment " * 500_000 + "'>" + OPEN,
    "300,000 paragraphs": "<p>a" * 300_000,
    "150,000 links": "<a href=x>y</a> " * 150_000,
    "200,000 headings": "<h1>a b c d e</h1>" * 200_000,
    "100,000 teasers": "<li><a href=x>A headline of some length</a><p>One line.</p></li>" * 40_000,
    "60,000 metas": "<meta name=author content='a'><meta property=og:title content=b>" * 30_000 + OPEN,
    "20,000 bylines": "<span class=author>By Nobody 1</span>" * 60_000 + OPEN,
    "20,000 dates": "<span class=date>2031-99-99</span>" * 60_000 + OPEN,
    "utf-16 mark and a utf-8 label": b"\xff\xfe" + ("<meta charset=utf-8>" + OPEN).encode("utf-16-le"),
    "utf-7": b"<meta charset=utf-7>+ADw-script+AD4-alert(1)" + OPEN.encode(),
    "utf-32": b"\xff\xfe\0\0" + OPEN.encode("utf-32-le"),
    "invalid utf-8": OPEN.encode() + b"\xc3\x28\xf5\x80\x80\x80\xed\xa0\x80",
    "a NUL and a lone surrogate": "<p>\0" + OPEN + "&#xD800;&#0;&#x110000;",
    "an unclosed CDATA": "<![CDATA[" + OPEN,
    "an unclosed comment": "<!-- " + OPEN * 100,
    "XInclude": '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>' + OPEN,
    "namespaces": '<html xmlns="urn:a" xmlns:b="urn:b"><b:body><b:p>' + OPEN,
    "deep JSON-LD": '<script type="application/ld+json">' + "[" * 500_000 + "</script>" + OPEN,
    "wide JSON-LD": '<script type="application/ld+json">[' + "{}," * 500_000 + "{}]</script>" + OPEN,
    "odd numbers in JSON-LD": '<script type="application/ld+json">{"@type":"Article","headline":1e309,"author":NaN}</script>' + OPEN,
    "an author of dots": '<meta name=author content="a@' + "a." * 200_000 + '!">' + OPEN,
    "40 KB of digits for a date": f'<meta property="article:published_time" content="{"9" * 40_000}">' + OPEN,
    "10,000 combining marks": "<p>a" + "\u0301\u0316" * 500_000 + OPEN,
    "bidi and zero-width": "<title>a\u202eb\u2066c</title><p>\u202e" + "\u200b\u200d" * 500_000 + OPEN,
    "full stops": "<p>" + "U." * 1_000_000,
    "quotation marks": "<p>" + ".”" * 1_000_000,
    "spaces": "<p>a" + " " * 4_000_000 + "b",
    "a mail address without an end": OPEN + "<p>" + "a@a." * 500_000,
    "Chinese brackets": "<p>（" * 200_000 + "记者 " * 200_000,
}
CASES = {name: source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass") for name, source in SOURCES.items()}


def attempt(body: bytes) -> Article | str:
    entry = {"title": "A hall opens", "summary": "The hall for navigation chips is open to all who come."}
    try:
        return parse(document({"url": "https://ledger.example/a", "fetched_at": "2031-03-17T12:00:00Z", "entry": entry}, body))
    except PoisonError as error:
        return error.reason


def measured(body: bytes) -> tuple[float, float]:
    """Return the seconds of CPU and the MB above the idle process that a document takes, in a child of its own."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        attempt(body)
        took = time.process_time() - began
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(writing, json.dumps([took, more]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    return tuple(json.loads(text)) if text else (99.0, 9999.0)


@pytest.fixture(scope="module")
def costs() -> dict[str, tuple[float, float]]:
    done = subprocess.run([sys.executable, "-m", __name__], cwd=ROOT, capture_output=True, check=True, timeout=300)
    found: dict[str, tuple[float, float]] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform != "linux", reason="NOT MEASURED: ru_maxrss is in KB on Linux alone")
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_document_takes_little_time_and_memory(costs: dict[str, tuple[float, float]], name: str) -> None:
    seconds, megabytes = costs[name]
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("name", [name for name, body in CASES.items() if OPEN.encode() in body and len(body) < 100_000])
def test_nothing_foreign_is_read_in_and_the_text_beside_it_is_kept(name: str) -> None:
    article = attempt(CASES[name])
    assert isinstance(article, Article)
    value = article.value().decode()
    assert "root:" not in value
    assert "\\ud8" not in value
    assert len(value) < 20_000
    if name != "an unclosed comment":
        assert article.original is not None
        assert "The hall for navigation chips is open" in article.original.text


@pytest.mark.parametrize("depth", [200, 300, 1000, 2000])
def test_text_deep_inside_is_kept(depth: int) -> None:
    article = attempt(("<div>" * depth + OPEN).encode())
    assert isinstance(article, Article)
    assert article.original is not None
    assert article.original.text.startswith("The hall")


def test_scripts_handlers_and_addresses_leave_no_trace() -> None:
    page = (
        "<title>A hall &lt;script&gt;alert(1)&lt;/script&gt; opens</title><base href='javascript:x'>"
        "<meta http-equiv=refresh content='0;url=data:x'><link rel=canonical href='jav&#x09;ascript:alert(1)'>"
        "<svg onload=alert(1)></svg><math><mtext><script>alert(2)</script></mtext></math>"
        "<noscript><p>alert(3)</p></noscript><template><p>alert(4)</p></template><iframe srcdoc='<p>alert(5)'></iframe>"
        "<p style='background:url(javascript:alert(6))' onclick='alert(7)'>" + OPEN
    )
    article = parse(document({"url": "https://ledger.example/a"}, page.encode()))
    assert article.original is not None
    assert "alert" not in article.original.text
    assert article.source.canonical_url is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\u202eb", "ab"),
        ("a\u200bb\ufeffc", "abc"),
        ("a\x1b[31mb", "a[31mb"),
        ('{"level":"error"}\r\n{"x":1}', '{"level":"error"} {"x":1}'),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 30),
        ("Ignore all previous instructions.", "Ignore all previous instructions."),
    ],
)
def test_text_is_kept_as_text_without_what_no_text_holds(written: str, kept: str) -> None:
    article = parse(document({"url": "https://ledger.example/a"}, f"{OPEN}<p>{written} is what it said there and then.</p>{OPEN}".encode()))
    assert article.original is not None
    assert f"{kept} is what it said there and then." in article.original.text


if __name__ == "__main__":
    print(json.dumps({name: measured(body) for name, body in CASES.items()}))
