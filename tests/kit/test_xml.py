"""XML from strangers."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osticket_api.kit.xml import MAX_DEPTH, XmlError, parse


def test_elements_attributes_and_cdata_are_read() -> None:
    root = parse(b'<ticket alert="true"><message type="text/html"><![CDATA[<b>x</b> & y]]></message></ticket>')
    message = root.find("message")
    assert root.attributes == {"alert": "true"}
    assert message is not None
    assert message.text == "<b>x</b> & y"


def test_blanks_around_entities_stay() -> None:
    assert parse(b"<a>  m &amp; n \n</a>").text == "m & n"


def test_other_encodings_are_read() -> None:
    assert parse('<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>'.encode("latin-1")).text == "\u00e9"
    assert parse("<a>\u00e9</a>".encode("utf-16")).text == "\u00e9"


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
        b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
        b"<a>" + b"<b/>" * 20_000 + b"</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b"<a>&unknown;</a>",
        b"",
        b"<a>",
    ],
)
def test_what_is_dangerous_or_broken_is_refused(raw: bytes) -> None:
    with pytest.raises(XmlError):
        parse(raw)


def test_the_place_of_an_error_is_told() -> None:
    with pytest.raises(XmlError, match="Mismatched tag at line 1:14"):
        parse(b"<ticket><a></b></ticket>")


@given(st.binary(max_size=200))
def test_anything_else_is_an_xml_error(raw: bytes) -> None:
    with contextlib.suppress(XmlError):
        parse(raw)
