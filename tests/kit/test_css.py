"""Inline styles."""

import pytest

from osticket_api.kit.css import safe


@pytest.mark.parametrize(
    "style",
    [
        "color: red",
        "COLOR:#ff0000;font-size:11.0pt;",
        'font-family:"Times New Roman",serif',
        "margin:0cm 0cm .0001pt;text-indent:-18.0pt",
        "background: rgba(0, 0, 0, .5); width:50% !important",
        "border:1px solid hsl(120,50%,50%)",
    ],
)
def test_decoration_stays_as_it_is(style: str) -> None:
    assert safe(style) == style


@pytest.mark.parametrize(
    "style",
    [
        "position:fixed",
        "posi\\74ion:fixed",
        "position/**/:fixed",
        "display:none",
        "background:url(http://tracker.test/x.png)",
        "background:URL (x)",
        "width:expression(alert(1))",
        "behavior:url(x)",
        "-moz-binding:url(x)",
        "mso-style-name:x",
        "color:red\\;position:fixed",
        "margin-top:-100px",
        "margin:0 -1px",
        "color:var(--x)",
        "color:rgb(expression(1))",
        "color:<x>",
        "color",
        "",
        ";;",
    ],
)
def test_what_could_do_more_is_dropped(style: str) -> None:
    assert safe(style) == ""


def test_harmless_declarations_survive_their_neighbours() -> None:
    assert safe("color:red; position:fixed ; top:0;font-size:9pt;") == "color:red; font-size:9pt"
