"""What files are, whatever they are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from osticket_api.kit.content_types import content_type, sniff

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
ZIP = b"PK\x03\x04" + b"\0" * 20
HTML = b"<!DOCTYPE html><p>x</p>"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x01\x02\x03\x04WEBPVP8", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (HTML, "text/html"),
        (b"\xef\xbb\xbf \n<HTML>", "text/html"),
        (b"<!-- a --><!-- b --><script>", "text/html"),
        ("\ufeff<script >".encode("utf-16-le"), "text/html"),
        (b"<svg xmlns='x'>", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- x --><!DOCTYPE svg PUBLIC 'x'><svg>", "image/svg+xml"),
        (b"<?xml version='1.0'?><gpx>", "application/xml"),
        (b"hello <b>world</b>", None),
        (b"<bold>", None),
        (b"", None),
    ],
)
def test_first_bytes_tell_the_type(head: bytes, found: str | None) -> None:
    assert sniff(head) == found


@pytest.mark.parametrize(
    ("name", "claim", "head", "stored"),
    [
        ("a.png", "image/png", PNG, "image/png"),
        ("a.png", "IMAGE/PNG; name=a.png", PNG, "image/png"),
        ("a.png", "image/png", HTML, "text/html"),
        ("a.png", "image/png", b"<svg onload=x>", "image/svg+xml"),
        ("a.pdf", "application/pdf", HTML, "text/html"),
        ("a.jpg", "image/jpeg", PNG, "image/png"),
        ("a.txt", "text/plain", PNG, "image/png"),
        ("a.svg", "image/svg+xml", PNG, "image/png"),
        ("bad.png", "image/png", b"not any image", "image/png"),
        ("a.txt", "text/plain", HTML, "text/plain"),
        ("a.doc", "application/msword", HTML, "application/msword"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP, None),
        ("a.gpx", "application/gpx+xml", b"<?xml version='1.0'?><gpx>", None),
        ("a.dng", "image/x-adobe-dng", b"II*\0....", None),
        ("a.ogg", "video/ogg", b"OggS", None),
        ("a.webm", "audio/webm", b"\x1aE\xdf\xa3", None),
    ],
)
def test_claim_is_kept_where_it_is_plausible(name: str, claim: str, head: bytes, stored: str | None) -> None:
    assert content_type(name, claim, head) == (stored or claim)


@pytest.mark.parametrize("claim", [None, "", "application/octet-stream", "nonsense", "a/b\r\nX-Evil: 1", "té/xt"])
@pytest.mark.parametrize(
    ("name", "head", "stored"),
    [
        ("photo", PNG, "image/png"),
        ("a.csv", b"a,b\n1,2\n", "text/csv"),
        ("a.json", b"{}", "application/json"),
        ("notes", "Grüße\n".encode(), "text/plain"),
        ("notes.png", b"text, no image", "text/plain"),
        ("letter", "ä".encode()[:1] + b"\x80\x81", "application/octet-stream"),
        ("cut", "ää".encode()[:3], "text/plain"),
        ("font", b"wOF2\0\1\0\0", "font/woff2"),
        ("a.zip", ZIP, "application/zip"),
    ],
)
def test_without_a_claim_the_content_and_the_name_decide(
    claim: str | None, name: str, head: bytes, stored: str
) -> None:
    assert content_type(name, claim, head) == stored


@given(some.text(max_size=20), some.none() | some.text(max_size=20), some.binary(max_size=200))
def test_every_file_gets_a_type_the_column_can_hold(name: str, claim: str | None, head: bytes) -> None:
    stored = content_type(name, claim, head)
    assert stored.isascii()
    assert stored == stored.lower()
    assert 3 <= len(stored) <= 255


def test_endless_comments_cost_no_time() -> None:
    assert sniff(b"<!---->" * 1000) is None
