"""Other people's HTML."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from osticket_api.kit.html import (
    TAGS,
    clean,
    escape,
    is_paragraphs,
    map_images,
    strip_tags,
    to_text,
    unescape,
    without_empty,
)


class Inspector(HTMLParser):
    """Fails on anything but harmless tags: a second opinion, by another parser than the one that cleaned."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in ("id", "name", "action", "formaction", "srcdoc", "background")
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name in ("href", "src", "cite"):
                assert not address.startswith(("javascript:", "vbscript:", "data:", "file:"))
            if name == "style":
                assert not re.search(r"position|expression|url|\\|@|/\*", address)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment is left")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration is left")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("a processing instruction is left")


def inspect(html: str) -> None:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()


@pytest.mark.parametrize(
    "html",
    [
        "<p>See <b>files</b>.</p>",
        "<p>Any update?</p>",
        "please look",
        "two\n\n  lines\n",
        "<p>a<br />b</p><hr />",
        '<p class="MsoNormal" style="color:red;font-family:&quot;Arial&quot;">Grüße &amp; &lt;b&gt;&nbsp;"x" \'y\'</p>',
        '<a href="https://example.test/?a=1&amp;b=2" title="t">x</a><a href="tel:+49">t</a>',
        '<img src="cid:00092Sl63FxtY4IpogXIeO0PVpEQZor4" alt="a &gt; b" width="3" />',
        '<table border="1"><tbody><tr><td colspan="2">x</td></tr></tbody></table>',
        "<ul><li>a<ol><li>b</li></ol></li></ul><blockquote>q</blockquote><pre>\n\n x</pre>",
        '<font color="red" size="2" face="Arial">x</font>',
        "emoji \N{GRINNING FACE}",
        "",
    ],
)
def test_what_is_clean_stays_byte_for_byte(html: str) -> None:
    assert clean(html) == html


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<P>x", "<p>x</p>"),
        ("a<br>b<br/>", "a<br />b<br />"),
        ('<p id="a" onclick="x()" class="big MsoNormal" data-x="1">x</p>', '<p class="MsoNormal">x</p>'),
        ('<p class="big" style="position:fixed">x</p>', "<p>x</p>"),
        ("<head><title>t</title><style>p{}</style></head><body bgcolor=red><p>x</p></body>", "<p>x</p>"),
        ("<!--[if mso]><b>x</b><![endif]--><![if !mso]>y<![endif]>", "y"),
        ("<form action=x><input value=y><button>b</button></form>", "b"),
        ('<iframe src="https://video.test"></iframe><object>o</object><embed>', "o"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("&copy; &eacute;", "© é"),
        ("a\x00b\x01c&#1;d\ud800e", "abcde"),
        ('<img src="data:image/png;base64,AA==">', "<img />"),
        ('<a href="cid:x">x</a>', "<a>x</a>"),
    ],
)
def test_what_is_not_clean_is_cut_down(html: str, cleaned: str) -> None:
    assert clean(html) == cleaned


@pytest.mark.parametrize(
    "html",
    [
        "<svg/onload=alert(1)>",
        '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a>',
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        '<a href="java&#10;script:alert(1)">x</a>',
        '<a href="&#14; javascript:alert(1)">x</a>',
        '<a href="java&#1;script:alert(1)">x</a>',
        '<a href="javascript&colon;alert(1)">x</a>',
        '<a href="JaVa\tScRiPt:alert(1)">x</a>',
        "<a href=vbscript:x>x</a><q cite=javascript:x>q</q>",
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<img src=`x` onerror=alert(1)><img """><script>alert(1)</script>">',
        "<img src='x' onerror\n=\nalert(1)>",
        "<p/onclick=alert(1)>x<p\x0conclick=alert(1)>y<p\x00onclick=alert(1)>z",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<<script>alert(1)//<</script>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<!-- --!><img src=x onerror=alert(1)>-->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
        "<template><img src=x onerror=alert(1)></template>",
        "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
        "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
        "<base href=//evil.test><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
        "<style>@import '//evil.test'</style><p style=\"background:url('//evil.test')\">x</p>",
        '<p style="width:expression(alert(1))">x</p><p style="-moz-binding:url(x)">y</p>',
        '<p style="po\\73ition:fixed;top:0">x</p><p style="position/**/:fixed">x</p>',
        "<table background=javascript:alert(1)><td background=x>y</table>",
        "<details open ontoggle=alert(1)>x</details><video><source onerror=alert(1)></video>",
        "<a id=document name=cookie href=x>x</a><img name=body>",
        "<script>a</script",
        "<img src=x onerror=alert(1) //",
        "<plaintext><img src=x onerror=alert(1)>",
    ],
)
def test_known_attacks_come_out_harmless(html: str) -> None:
    for cleaned in (clean(html), clean(html, data_urls=True).replace("data:", "")):
        inspect(cleaned)
        assert clean(cleaned) == cleaned


_TAGS = "p b a table tr td th col caption ul li dl dd pre h1 h2 img br svg math style form o:p"
_ODD = """<a href='javascript:x'> <img/src=//a/b.png/onerror=x <a\tb=' <!-- --> <![CDATA[ ]]> < > ' = / &lt; &#1; " x"""
_PARTS = [
    *(f"<{tag}>" for tag in _TAGS.split()),
    *(f"</{tag}>" for tag in _TAGS.split()),
    *_ODD.split(" "),
    '<p style="color:red;position:fixed" onclick=x>',
    *"\x00\x0c\xa0 \n",
]


@given(some.lists(some.sampled_from(_PARTS), max_size=30).map("".join))
def test_any_soup_comes_out_harmless_and_stays_as_it_is(html: str) -> None:
    cleaned = clean(html)
    inspect(cleaned)
    assert clean(cleaned) == cleaned


@given(some.text(max_size=100))
def test_any_text_comes_out_harmless(text: str) -> None:
    inspect(clean(text))
    assert not re.search(r"<[a-zA-Z/!?]", strip_tags(text))
    assert "<" not in escape(text)


PIECES = (
    "<p>",
    "</p>",
    "<br />",
    "<br>",
    "<p",
    ">",
    "&amp;",
    "&lt;",
    "&nbsp;",
    "&",
    "\xa0",
    "\r",
    "\n",
    "\x0b",
    "é",
    '"',
    "a b",
)


@pytest.mark.parametrize("html", ["", "Hi", "<p>Hi,</p>\n<p>a &amp; b<br />&nbsp;\N{GRINNING FACE}</p>", "a<p></p>b"])
def test_paragraphs_are_known_to_be_clean(html: str) -> None:
    assert is_paragraphs(html)


@pytest.mark.parametrize(
    "html", ["<p>", "</p>", "<p>a", "a</p>", "<p>a</p><p>", "<p><p>a</p></p>", "a & b", "<b>a</b>", "<br>"]
)
def test_what_is_more_or_less_than_paragraphs_is_not_taken_for_them(html: str) -> None:
    assert not is_paragraphs(html)


def test_long_texts_are_known_in_no_time() -> None:
    """A pattern that tries all ways to read a text would never end with these."""
    assert not is_paragraphs("<p>" + "a&amp;" * 100_000)
    assert not is_paragraphs("<p>a<br />b</p>" * 50_000 + "<")


@given(some.lists(some.sampled_from(PIECES) | some.text(max_size=3), max_size=12).map("".join))
def test_what_is_taken_for_paragraphs_is_clean(html: str) -> None:
    """An element that paragraphs have not makes the cleaner read all of it."""
    if is_paragraphs(html):
        assert clean(html + "<b>x</b>") == html + "<b>x</b>"


def test_images_can_be_changed_and_left_out() -> None:
    html = '<p><img src="cid:a" alt="x &quot;y&quot;" />&lt;img /&gt;<img src="cid:b" /></p>'
    changed = map_images(html, lambda image: {**image, "src": "/f?a=1&b=2"} if "alt" in image else None)
    assert changed == '<p><img src="/f?a=1&amp;b=2" alt="x &quot;y&quot;" />&lt;img /&gt;</p>'
    assert clean(changed) == changed


@pytest.mark.parametrize(
    ("html", "rest"),
    [
        ("<p></p>", ""),
        ("<div><p><b></b></p></div>x<i></i>", "x"),
        ("<p><br /></p><p> </p>", "<p><br /></p><p> </p>"),
        ("<table><tbody><tr><td></td><th></th></tr></tbody></table>", None),
        ('<p><img src="x" /></p><hr />', None),
    ],
)
def test_empty_elements_can_be_left_out(html: str, rest: str | None) -> None:
    assert without_empty(html) == (html if rest is None else rest)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>See <b>files</b>.</p>", "See files ."),
        ("<p>Solved <b>it</b>.</p>", "Solved it ."),
        ("<p>Paper is stuck in tray two.</p>", "Paper is stuck in tray two."),
        ("a &lt; b &amp; c", "a < b & c"),
        ("  one<br />two\n\nthree&nbsp;four ", "one two three four"),
        ("e\u0301", "é"),
        ("-", "-"),
    ],
)
def test_index_text_is_the_one_osticket_writes(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a < b > c & \"d\" 'e'", "a &lt; b &gt; c &amp; &quot;d&quot; 'e'"),
        ("&amp; &lt; &#65; &#x41; &copy;", "&amp; &lt; &#65; &#x41; &copy;"),
        ("&unknown; ?a=1&copy=2 &", "&amp;unknown; ?a=1&amp;copy=2 &amp;"),
        ("a\x00b\n", "ab\n"),
    ],
)
def test_text_is_escaped_once(text: str, escaped: str) -> None:
    assert escape(text) == escaped
    assert escape(escaped) == escaped


def test_escaped_text_comes_back_as_written() -> None:
    text = "if a < b && c > d: print(\"x\", 'y')  # ?a=1&copy=2 \N{GRINNING FACE}"
    assert unescape(escape(text)) == text
    assert unescape("&#128512;") == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("title", "stripped"),
    [
        ("Printer <b>jam</b>", "Printer jam"),
        ("Tom &amp; Jerry & co", "Tom & Jerry & co"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("if a<b then", "if a< b then"),
        ("<<b>script>", "< script>"),
        ("<img src=x onerror=alert(1)//", "< img src=x onerror=alert(1)//"),
    ],
)
def test_titles_can_begin_no_tag(title: str, stripped: str) -> None:
    assert strip_tags(title) == stripped
