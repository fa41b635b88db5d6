"""Characters beyond three UTF-8 bytes, which osTicket's tables cannot store.

PHP talks to MySQL in three-byte `utf8`: an emoji is refused, or becomes a question mark. We keep it instead: as a
character reference where HTML is stored, and by its name where plain text is.
"""

import re
import unicodedata

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def to_references(html: str) -> str:
    """HTML with every four-byte character written as a reference: `&#128512;`."""
    if html.isascii():
        return html  # Cheap: Python stores with a string whether it is ASCII.
    return _ASTRAL.sub(lambda match: f"&#{ord(match[0])};", html)


def to_names(text: str) -> str:
    """Plain text with every four-byte character written by its Unicode name: `:grinning_face:`."""
    if text.isascii():
        return text
    return _ASTRAL.sub(lambda match: f":{_name(match[0])}:", text)


def folded(text: str) -> str:
    """A text to be compared with `lower(column)`: in small letters, and as it would be stored.

    MySQL refuses to compare what a function gives with characters that no column can hold.
    """
    return to_names(text).lower()


def _name(character: str) -> str:
    name = unicodedata.name(character, f"U+{ord(character):X}")
    return name.lower().replace(" ", "_").replace("-", "_")
