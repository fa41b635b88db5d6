"""Numbers with their nouns, as commands say them."""


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`1 day`, `2 days`, `1,200 entries`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
