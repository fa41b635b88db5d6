"""What an `Accept` header prefers."""

import pytest

from osticket_api.kit.accepting import preferred

HTML, PDF = "text/html", "application/pdf"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", HTML),
        ("*/*", HTML),
        ("application/json", HTML),
        ("application/pdf", PDF),
        ("Application/PDF ; Q=0.5", PDF),
        ("application/*", PDF),
        ("text/html, application/pdf", HTML),
        ("application/pdf, text/html", HTML),
        ("text/html;q=0.4, application/pdf;q=0.5", PDF),
        ("text/html, application/pdf;q=0.9", HTML),
        ("application/pdf, */*", PDF),
        ("application/pdf, */*;q=0.1", PDF),
        ("application/pdf;q=0, */*", HTML),
        ("text/html;q=0, */*", PDF),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("application/pdf;q=nan, text/html;q=0.1", HTML),
        ("application/pdf;q=7", HTML),
        ("application/pdf;q=much", HTML),
        (",;,=", HTML),
    ],
)
def test_the_type_that_is_preferred(header: str, wanted: str) -> None:
    assert preferred(header, (HTML, PDF)) == wanted
