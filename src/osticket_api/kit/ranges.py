"""Byte ranges of RFC 9110."""

import re

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


def parse_range(header: str | None, length: int) -> tuple[int, int] | None:
    """Start and stop (exclusive) of the one range asked for, or None for the whole.

    Several ranges, other units and nonsense mean the whole, as the RFC allows.
    Raises: ValueError when no byte lies in the range.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first == "":
        if int(last) == 0:
            raise ValueError("an empty suffix")
        return max(0, length - int(last)), length
    start, stop = int(first), min(int(last) + 1, length) if last else length
    if last and int(last) < int(first):
        return None
    if start >= length:
        raise ValueError("beyond the end")
    return start, stop
