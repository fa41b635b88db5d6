"""Mask the codes in a mail that let its recipient in, for whoever reads the queue.

A link that signs somebody in, or sets their password, is for its recipient alone, not for administrators who look on.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from osticket_api.audit.masking import MASK
from osticket_api.mail.letters import Letter

_IN_LINKS: Final = re.compile(r"(?:view\.php\?auth=|pwreset\.php\?token=)([\w%=+/-]{8,})", re.ASCII)
"""Codes in links that no variable made: an answer quotes them, or an agent pasted them."""


def masked(letter: Letter) -> Letter:
    """The letter as others than its recipients may read it. What is sent is whole."""
    codes = codes_in(letter)
    html = None if letter.html is None else without(codes, letter.html)
    texts = {"subject": without(codes, letter.subject), "text": without(codes, letter.text), "html": html}
    return msgspec.structs.replace(letter, secrets=[], **texts)


def masked_subject(letter: Letter) -> str:
    """The subject as the list of mails and the system log may tell it."""
    return without(codes_in(letter), letter.subject)


def codes_in(letter: Letter) -> list[str]:
    """The secret codes in a letter."""
    return [*letter.secrets, *_IN_LINKS.findall(letter.html or letter.text)]


def without(codes: Iterable[str], text: str) -> str:
    """The text with each code masked, also where the end of a line has cut it in two."""
    longest_first = sorted({code for code in codes if code}, key=len, reverse=True)
    if not longest_first:
        return text
    return re.sub("|".join("\n?".join(map(re.escape, code)) for code in longest_first), MASK, text)
