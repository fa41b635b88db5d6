"""What is stored of a body, and what leaves of it."""

from base64 import b64encode

import pytest

from osticket_api.features.threads.bodies import (
    MAX_MARKUP,
    OVERSIZE_CHARACTERS,
    for_reader,
    inline_keys,
    is_oversize,
    oversize_name,
    prepare,
    with_cids,
)
from osticket_api.kit.html import to_text

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
KEY = "00092Sl63FxtY4IpogXIeO0PVpEQZor4"


def embedded(content: bytes = PNG, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def html(body: str, *, signed_in: bool = False) -> str:
    return prepare(body, "html", signed_in=signed_in).text


def text(body: str) -> str:
    return prepare(body, "text", signed_in=False).text


@pytest.mark.parametrize(
    ("body", "index"),
    [
        ("<p>See <b>files</b>.</p>", "See files ."),
        ("<p>From the portal.</p>", "From the portal."),
        ("<p>Solved <b>it</b>.</p>", "Solved it ."),
        ("<p>Any update?</p>", "Any update?"),
        ("please look", "please look"),
        ("Ticket flagged as overdue by Bob Full", "Ticket flagged as overdue by Bob Full"),
    ],
)
def test_html_is_stored_and_indexed_as_osticket_does(body: str, index: str) -> None:
    for signed_in in (True, False):
        assert html(body, signed_in=signed_in) == body
    assert to_text(body) == index


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ("Cable is plugged in.", "Cable is plugged in."),
        ("Received From: Bob <bob>\n\nOn it", "Received From: Bob &lt;bob&gt;\n\nOn it"),
        ("a < b & c &amp; d", "a &lt; b &amp; c &amp; d"),
        ("\n\n a\r\n\r\n\r\n\r\nb \n", "a\n\nb"),
        ("plain%20text", "plain%20text"),
        (" \r\n ", "-"),
        ("", "-"),
    ],
)
def test_text_is_trimmed_and_escaped(body: str, stored: str) -> None:
    assert text(body) == stored


@pytest.mark.parametrize("body", ["", "  ", "<p></p>", "<div><p></p></div>", "<script>x</script>", "<!-- x -->"])
def test_nothing_is_stored_as_a_dash(body: str) -> None:
    prepared = prepare(body, "html", signed_in=False)
    assert prepared.text == "-"
    assert prepared.is_empty


def test_empty_paragraphs_of_people_signed_in_stay() -> None:
    assert html("<p>a</p><p></p><p>b</p>", signed_in=True) == "<p>a</p><p><br /></p><p>b</p>"
    assert html("<p>a</p><p></p><p>b</p>", signed_in=False) == "<p>a</p><p>b</p>"


def test_emoji_stay() -> None:
    assert html("<p>\N{GRINNING FACE} ©</p>") == "<p>\N{GRINNING FACE} ©</p>"


def test_embedded_images_are_taken_out_and_become_files() -> None:
    prepared = prepare(f'<p>a<img alt="x" src="{embedded()}" width="3"></p>', "html", signed_in=True)
    [image] = prepared.images
    assert (image.content, image.content_type) == (PNG, "image/png")
    assert image.name.startswith("image")
    assert image.name.endswith(".png")
    assert len(image.name) == len("image") + 4 + len(".png")
    assert prepared.text == f'<p>a<img alt="x" src="cid:{image.token}" width="3" /></p>'
    stored = with_cids(prepared, {image.token: KEY})
    assert stored == f'<p>a<img alt="x" src="cid:{KEY}" width="3" /></p>'
    assert len(stored) == len(prepared.text)
    assert inline_keys(prepared.text) == []
    assert inline_keys(stored) == [KEY]


def test_image_embedded_twice_is_one_file() -> None:
    prepared = prepare(f'<img src="{embedded()}"><IMG SRC={embedded()}>', "html", signed_in=True)
    assert len(prepared.images) == 1
    assert prepared.text.count(prepared.images[0].token) == 2


@pytest.mark.parametrize(
    "source",
    [
        embedded(b"<svg onload=alert(1)>", "image/svg+xml"),
        embedded(b"<script>alert(1)</script>"),
        embedded(PNG, "text/html") + "@@",
        "data:image/png;base64,@@@",
        "data:image/png;base64,A",
        "data:image/png,x",
        "data:",
    ],
)
def test_embedded_data_that_is_no_image_is_left_out(source: str) -> None:
    prepared = prepare(f'<p>a<img src="{source}"></p>', "html", signed_in=True)
    if not source.startswith("data:text/html"):
        assert prepared.images == ()
    assert "data:" not in prepared.text
    assert "script" not in prepared.text


@pytest.mark.parametrize(
    ("source", "is_kept"),
    [
        ("https://example.test/a.png", True),
        ("//example.test/a.JPG?size=1", True),
        ("http://example.test/track.php?a.png", False),
        ("https://example.test/", False),
        ("https://[broken/a.png", False),
        ("logout.php", False),
        ("/a.png", False),
        ("", False),
    ],
)
def test_external_images_without_an_image_s_name_are_left_out(source: str, is_kept: bool) -> None:
    stored = html(f'<p>a<img src="{source}"></p>')
    assert stored == (f'<p>a<img src="{source}" /></p>' if is_kept else "<p>a</p>")


@pytest.mark.parametrize(
    "image",
    [
        f'<img src="cid:{KEY}">',
        f'<img src="../file.php?key={KEY}&amp;expires=1&amp;signature=2">',
        f'<img src="https://desk.test/support/file.php?expires=1&amp;key={KEY}">',
        f'<img src="https://api.test/files/92" data-cid="{KEY}">',
    ],
)
def test_addresses_of_own_files_become_their_keys(image: str) -> None:
    assert html(image) == f'<img src="cid:{KEY}" />'


def test_parts_of_a_mail_are_replaced_by_their_content_ids() -> None:
    prepared = prepare('<img src="cid:image001.png@01D9.A%2B"><img src="cid:other">', "html", signed_in=False)
    stored = with_cids(prepared, {"image001.png@01D9.A+": KEY})
    assert stored == f'<img src="cid:{KEY}" /><img src="cid:other" />'


def test_embedded_image_that_was_not_stored_is_left_out() -> None:
    prepared = prepare(f'<p>a<img src="{embedded()}"></p>', "html", signed_in=True)
    assert with_cids(prepared, {}) == "<p>a</p>"


def test_key_in_a_text_is_left_alone() -> None:
    prepared = prepare("cid:abc", "text", signed_in=False)
    assert with_cids(prepared, {"abc": KEY}) == "cid:abc"


def test_reader_gets_addresses_for_images_and_may_send_them_back() -> None:
    stored = f'<p><img src="cid:{KEY}" alt="x" /></p><img src="https://example.test/a.png" />'
    shown = for_reader(stored, "html", lambda key: f"/files/92?a=1&key={key}")
    assert f'<img src="/files/92?a=1&amp;key={KEY}" alt="x" data-cid="{KEY}" />' in shown
    assert html(shown) == stored


def test_images_the_reader_may_not_have_are_left_out() -> None:
    stored = f'<p>a<img src="cid:{KEY}" /><img src="cid:unknown" /><img src="x.php" /></p>'
    assert for_reader(stored, "html", lambda key: None) == "<p>a</p>"


def test_what_another_program_stored_is_cleaned_on_its_way_out() -> None:
    stored = '<p onclick="x()">a<script>alert(1)</script><a href="javascript:x">b</a></p>'
    assert for_reader(stored, "html", lambda key: None) == "<p>a<a>b</a></p>"


def test_text_leaves_as_it_was_written() -> None:
    written = 'if a < b && "c": \N{GRINNING FACE}'
    assert for_reader(text(written), "text", lambda key: None) == written
    assert for_reader("&lt;b&gt; &#128512; &#039;", "text", lambda key: None) == "<b> \N{GRINNING FACE} '"


@pytest.mark.parametrize(
    ("stored", "oversize"),
    [
        ("x" * (OVERSIZE_CHARACTERS - 1), False),
        ("x" * OVERSIZE_CHARACTERS, True),
        ("é" * 32_767, False),
        ("é" * 32_768, True),
        ("\N{GRINNING FACE}" * 7_281, False),
        ("\N{GRINNING FACE}" * 7_282, True),
    ],
)
def test_bodies_too_long_for_their_column_are_known(stored: str, oversize: bool) -> None:
    assert is_oversize(stored) is oversize


def test_long_bodies_stay_whole() -> None:
    body = "<p>0123456789</p>" * (MAX_MARKUP // 17)
    prepared = prepare(body, "html", signed_in=True)
    assert prepared.oversize
    assert prepared.text == body
    assert oversize_name("abc") == "900150983cd24fb0d6963f7d28e17f72.txt"
