"""Ticket numbers that look random and never repeat."""

from collections.abc import Collection, Iterator
from math import gcd

_DIGITS = 6
_STRIDE = 611_953


def ticket_numbers(count: int, taken: Collection[str]) -> Iterator[str]:
    """Numbers of six digits, or of more where six do not suffice, without those that are taken."""
    digits = max(_DIGITS, len(str((count + len(taken)) * 10 // 9)))
    low = 10 ** (digits - 1)
    span = 9 * low
    stride = next(step for step in range(_STRIDE, span + _STRIDE) if gcd(step, span) == 1)
    numbers = (str(low + place * stride % span) for place in range(span))
    return (number for number in numbers if number not in taken)
