"""Well nested HTML, and what it costs."""

import time
from collections.abc import Callable

import pytest

from osticket_api.kit.html import TAGS, clean
from osticket_api.kit.nesting import MAX_DEPTH, well_nested


@pytest.mark.parametrize(
    ("soup", "nested"),
    [
        ("<p>See <b>files</b>.</p>", "<p>See <b>files</b>.</p>"),
        ('<P title="<b>>" class=x>q</P>', '<P title="<b>>" class=x>q</p>'),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<b><p>a</b>b</p>c", "<b><p>a</p></b>bc"),
        ("<p><b>a<div>b</div>", "<p><b>a</b></p><div>b</div>"),
        ("<ul><li>a<li>b<ul><li>c</ul>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul>d</li></ul>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<a href=x>a<a href=y>b</a>", "<a href=x>a</a><a href=y>b</a>"),
        ("<table><tr><td>a<td>b<tr><td>c", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
        ("<table><tr><td></div></b></td></table>", "<table><tr><td></td></tr></table>"),
        ("<table><b><tr><td>a</table>", "<table><tr><td>a</td></tr></table>"),
        ("<td>a</td>", "a"),
        ("<br>a</br><hr/>", "<br>a<hr/>"),
        ("a<script>b</p><b></script>c", "ac"),
        ("a<STYLE x>b</style >c", "ac"),
        ("<title>a", ""),
        ("a<!-- > --><!--><b>b</b><!-- never ends", "a<b>b</b>"),
        ("a<!doctype x><?php y ?></ z>b", "ab"),
        ("1 < 2 <3 <", "1 &lt; 2 &lt;3 &lt;"),
        ("<<b>i>", "&lt;<b>i></b>"),
        ("<form><o:p>a</o:p></form>", "a"),
        ("a<b title='never ends>c", "a"),
        ("</b></p></table>a", "a"),
    ],
)
def test_soup_becomes_well_nested(soup: str, nested: str) -> None:
    assert well_nested(soup, TAGS) == nested


def test_tags_too_deep_are_left_out_and_their_text_stays() -> None:
    nested = well_nested("<div>" * 1000 + "text", TAGS)
    assert nested == "<div>" * MAX_DEPTH + "text" + "</div>" * MAX_DEPTH


def _fonts(count: int) -> str:
    return "".join(f"<font size={number}>" for number in range(count))


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(lambda size: "<div>" * size, id="deep"),
        pytest.param(lambda size: "<ul><li>" * size, id="deep lists"),
        pytest.param(lambda size: "<i></b>" * size, id="unmatched ends"),
        pytest.param(lambda size: _fonts(400) + "<p>x" * size, id="fonts before paragraphs"),
        pytest.param(lambda size: f"<p>{_fonts(400)}</p>" + "<p>x" * size, id="fonts left open in a paragraph"),
        pytest.param(lambda size: f"<table>{_fonts(400)}" + "<tr>x" * size, id="fonts in a table"),
        pytest.param(lambda size: "<!--" * size, id="comments"),
        pytest.param(lambda size: "<script>" * size, id="scripts"),
        pytest.param(lambda size: '<a "' * size, id="open quotes"),
        pytest.param(lambda size: "<a b='" * size, id="open values"),
        pytest.param(lambda size: "<a b = " * size, id="values to come"),
        pytest.param(lambda size: "<" * size, id="angles"),
        pytest.param(lambda size: "<svg><math>" * size, id="foreign"),
    ],
)
def test_hostile_markup_costs_little_more_than_its_length(hostile: Callable[[int], str]) -> None:
    html = hostile(20_000)
    begun = time.process_time()
    cleaned = clean(html)
    assert time.process_time() - begun < 20
    assert len(cleaned) < 10 * len(html) + 10_000
