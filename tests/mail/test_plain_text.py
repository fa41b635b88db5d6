"""The text part of mails, held against the pairs that osTicket was recorded to make."""

import pytest

from osticket_api.mail.plain_text import to_plain_text
from tests.mail.recorded import IS_HERE, MISSING, recordings, vectors

pytestmark = pytest.mark.skipif(not IS_HERE, reason=MISSING)


@pytest.mark.parametrize("pair", vectors("html2text.json") or [], ids=lambda pair: pair["html"][:30])
def test_makes_the_text_of_osticket(pair: dict[str, str]) -> None:
    assert to_plain_text(pair["html"]) == pair["text"]


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_makes_every_recorded_text_part(recording: object) -> None:
    for mail in getattr(recording, "mails", []):
        if "html_part" in mail:
            text = to_plain_text(mail["html_part"].replace("<MID>", "MID")) + "\nRef-Mid: <MID>\n"
            assert text == mail["text_part"]


def test_cuts_long_words_between_characters() -> None:
    assert to_plain_text("ä" * 60) == "ä" * 45 + "\n" + "ä" * 15
