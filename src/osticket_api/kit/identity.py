"""Compare names that identify people: exactly, except for the case of ASCII letters.

MySQL's collations find `josé` for `jose`, and `dan` for `dan` with a blank behind it, which would mix people up.
"""

import string

_TO_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(name: str) -> str:
    """The name in small ASCII letters; all other characters stay as they are."""
    return name.translate(_TO_SMALL)


def is_same(one: str | None, other: str | None) -> bool:
    """Whether two user names or addresses are the same. An empty text equals none."""
    return one is not None and other is not None and folded(one) == folded(other)
