"""PHP's regular expressions, read as PHP would."""

import pytest

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
    ],
)
def test_a_pattern_that_cannot_be_read_is_neither(pattern: str) -> None:
    assert search(pattern, "urgent a") is None


def test_a_pattern_that_all_languages_read_the_same_is_handed_on() -> None:
    assert portable(r"/^cc-\d+$/") == r"^cc-\d+$"
    assert [portable(each) for each in ("/^cc$/i", r"/^a\z/", "/(/", "cc")] == [None] * 4
