"""Request models for sequences."""

from typing import Annotated

from pydantic import AfterValidator, Field

from osticket_api.features.sequences.numbering import takes_digits
from osticket_api.web.input import Changes, Input, NoSwitch
from osticket_api.web.texts import Name, fits


def _with_digits(value: str) -> str:
    if not takes_digits(value):
        raise ValueError("A format has at least one # where digits go, and room for six of them in 20 characters.")
    return value


NumberFormat = Annotated[Name, Field(max_length=32), fits(32), AfterValidator(_with_digits)]
"""How tickets or tasks are numbered, such as `Q-#####`."""
Next = Annotated[int, Field(ge=1, le=2**62), NoSwitch]
Increment = Annotated[int, Field(ge=1, le=1_000_000), NoSwitch]
SequenceName = Annotated[Name, Field(max_length=64), fits(64)]
Padding = Annotated[str, Field(min_length=1, max_length=1, pattern="^[!-~ ]$")]


class SequenceCreate(Input):
    """A new sequence."""

    name: SequenceName = Field(examples=["Quotes"])
    next: Next = 1
    increment: Increment = 1
    padding: Padding = "0"


class SequenceUpdate(Changes):
    """Changes to a sequence. What is absent stays."""

    name: SequenceName | None = None
    next: Next | None = None
    increment: Increment | None = None
    padding: Padding | None = None
