"""PHP's regular expressions, read as PHP would."""

import time

import pytest
from structlog.testing import CapturingLogger

from osticket_api.kit import php_regex
from osticket_api.kit.php_regex import portable, search


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/urgent|asap/i", "Please: URGENT"),
        ("#^re:#i", "Re: door"),
        ("~^a.b$~s", "a\nb"),
        ("{ticket [0-9]+}", "ticket 42"),
        (r"/http:\/\/x/", "see http://x"),
        ("/ a b # comment/x", "ab"),
        ("/^two/m", "one\ntwo"),
        ("/b+?/U", "abb"),
        ("/grün/iu", "GRÜN"),
        (r"/(?<word>\w+) (?P=word)/", "very very"),
        (r"/(?'word'x)(?P=word)/", "xx"),
        (r"/\Qa.b\E/", "a.b"),
        (r"/^a\h+b\z/", "a \tb"),
        ("/b$/", "b\n"),
        (r"/b\Z/", "b\n"),
        (r"/a\Rb/", "a\r\nb"),
        (r"/\x{263A}/u", "\N{WHITE SMILING FACE}"),
        ("/^[[:alpha:]_[]+$/", "ab_["),
        ("/^[]a]+$/", "]a"),
        ("/[a||b&&c~~]/", "&"),
        (r"/^[\h\x{61}]+$/", "a a"),
        ("/b/A", "b"),
        ("/^b # begins/Ax", "b"),
        ("  /a/", "a"),
        ("/^(?>a+)b++$/", "aabb"),
        (r"/^(a{e}){2}$/", "a{e}a{e}"),
        ("/(?i)^urgent/", "URGENT"),
    ],
)
def test_a_pattern_is_found(pattern: str, text: str) -> None:
    assert search(pattern, text) is True


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/urgent/", "URGENT"),
        ("/b$/D", "b\n"),
        ("/b/A", "ab"),
        (r"/\Qa.b\E/", "axb"),
        (r"/^\w$/", "ü"),
        ("/a.b/", "a\nb"),
        ("/(?>a+)ab/", "aaab"),
        ("/a{i<=1}b/", "axb"),
        ("/grün/i", "GRÜN"),
    ],
)
def test_a_pattern_is_not_found(pattern: str, text: str) -> None:
    assert search(pattern, text) is False


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "urgent",
        "/urgent",
        "/a/b/",
        "/(/",
        "/a/e",
        "/a/k",
        r"\a\ ".strip(),
        "(a",
        r"/\p{Lu}/u",
        "/[[:nothing:]]/",
        "/[[:^alpha:]]/",
        "/a(?R)/",
        r"/\mword/",
        "/(?e)a/",
    ],
)
def test_a_pattern_that_cannot_be_read_is_neither(pattern: str) -> None:
    assert search(pattern, "urgent a") is None


@pytest.mark.parametrize("pattern", ["/^(a|aa)+$/", r"/^(\w+\s?)*$/", "/^(([a-z])+.)+[A-Z]$/"])
def test_a_pattern_that_would_take_years_counts_as_not_found(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(php_regex, "_log", log)
    began = time.monotonic()
    assert search(pattern, "a" * 10_000 + "-") is False
    assert time.monotonic() - began < 30
    assert [(call.method_name, call.kwargs["pattern"]) for call in log.calls] == [("warning", pattern)]


def test_a_pattern_that_all_languages_read_the_same_is_handed_on() -> None:
    assert portable(r"/^cc-\d+$/") == r"^cc-\d+$"
    assert [portable(each) for each in ("/^cc$/i", r"/^a\z/", "/(/", "cc")] == [None] * 4
