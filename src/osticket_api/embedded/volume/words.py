"""Names and sentences that a help desk might see, put together at random."""

import random
from collections.abc import Sequence


def _lines(text: str) -> Sequence[str]:
    return tuple(line.strip() for line in text.strip().splitlines())


_THINGS = _lines("""
    printer
    laptop
    calendar
    invoice
    badge
    telephone
    mailbox
    web shop
    scanner
    password
    contract
    projector
    headset
    delivery
    payment
    spreadsheet
    network drive
    monitor
    keyboard
    licence
    newsletter
    order
""")
_TROUBLES = _lines("""
    does not work
    is missing
    is very slow
    shows an error
    needs to be replaced
    cannot be found
    stopped on Friday
    has to move
    was changed by mistake
    asks for a code
    is wrong again
    should be cancelled
""")
_QUESTIONS = _lines("""
    It started this morning.
    I have restarted it twice.
    My colleague has the same trouble.
    Could somebody have a look?
    We need it for a meeting tomorrow.
    The message says permission refused.
    It worked until the last update.
    Please call me before you come.
    The office is on the second floor.
    This is the third time in a month.
    There is no hurry.
""")
_ANSWERS = _lines("""
    Thank you for writing.
    We have found the cause.
    Please try it once more.
    A new one has been ordered.
    The vendor knows about it.
    Could you tell us the number on the label?
    We will come by in the afternoon.
    The change has been undone.
    It will be back within an hour.
    You should have a mail with the details.
""")
_NOTES = _lines("""
    Looked at the log, nothing unusual.
    Same as last week, see the other ticket.
    Spoke with the user on the phone.
    Waiting for the delivery.
    Needs the approval of the manager.
    The cable was loose.
""")
_FIRST_NAMES = """
    Ada Ben Cleo Dan Eva Finn Gina Hugo Ines Jan Kim Leo Mia Noah Olga Paul Rosa Sam Tara Udo Vera Will Xenia Yann Zoe
    Anna Bert Carla Dirk Elsa Fred Greta Hans Ida Jon
"""
_LAST_NAMES = """
    Abel Brandt Castro Dubois Evans Fischer Garcia Hansen Ivanov Jansen Kowalski Larsen Moreau Novak Olsen Petrov Quinn
    Rossi Schmidt Torres Ulrich Vogel Weber Xu Young Zimmer Bauer Costa Dahl Ferrari Gruber Horvat Jensen Keller Lopez
"""


class Writer:
    def __init__(self, draw: random.Random) -> None:
        self._random = draw.random
        self._firsts = _FIRST_NAMES.split()
        self._lasts = _LAST_NAMES.split()

    def _one(self, choices: Sequence[str]) -> str:
        return choices[int(self._random() * len(choices))]

    def name(self, number: int) -> str:
        """A middle initial comes in when all pairs of names are used up."""
        number, first = divmod(number, len(self._firsts))
        middle, last = divmod(number, len(self._lasts))
        initial = f" {chr(64 + middle % 26)}." if middle else ""
        return f"{self._firsts[first]}{initial} {self._lasts[last]}"

    def subject(self) -> str:
        return f"The {self._one(_THINGS)} {self._one(_TROUBLES)}"

    def request(self, subject: str) -> str:
        asset = int(self._random() * 90_000) + 10_000
        return f"{subject}. {self.message()} The asset is PC-{asset}."

    def message(self) -> str:
        return f"{self._one(_QUESTIONS)} {self._one(_QUESTIONS)}"

    def answer(self) -> str:
        return f"{self._one(_ANSWERS)} {self._one(_ANSWERS)} {self._one(_ANSWERS)}"

    def note(self) -> str:
        return self._one(_NOTES)
