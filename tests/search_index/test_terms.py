"""What is asked for by a text: as osTicket's boolean mode reads it, and never an error."""

import pytest

from osticket_api.search_index.terms import Question, Term, parse


def words(*each: str) -> tuple[Term, ...]:
    return tuple(Term((word.removesuffix("*"),), word.endswith("*")) for word in each)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("printer toner", Question(optional=words("printer", "toner"))),
        ("printer printer", Question(optional=words("printer"))),
        ("+printer toner", Question((words("printer"),), words("toner"))),
        ("printer -toner", Question(optional=words("printer"), excluded=words("toner"))),
        ("printer - toner --paper", Question(optional=words("printer", "toner", "paper"))),
        ("print*", Question(optional=words("print*"))),
        ('"red printer" toner', Question(optional=(Term(("red", "printer")), *words("toner")))),
        ('-"red printer" toner', Question(optional=words("toner"), excluded=(Term(("red", "printer")),))),
        ("+(printer scanner) toner", Question((words("printer", "scanner"),), words("toner"))),
        ("-(printer scanner) toner", Question(optional=words("toner"), excluded=words("printer", "scanner"))),
        ("uma@acme.exam*", Question(optional=(Term(("uma", "acme", "exam"), is_beginning=True),))),
        ("SN-0815", Question(optional=words("0815"))),
        ("+SN-0815", Question(((Term(("SN", "0815")),),))),
        ("the printer is on", Question(optional=words("printer"))),
        ("the tv", Question(optional=words("tv"))),
        ("to be", Question(optional=words("to", "be"))),
        ("the printer +it", Question((words("it"),), words("printer"))),
        ("printer m*", Question(optional=words("printer"))),
        ('printer "toner', Question(optional=words("printer", "toner"))),
        ('+"!!" printer', Question(optional=words("printer"))),
        ("打印机 printer", Question(optional=words("打印机", "printer"))),
    ],
)
def test_signs_say_what_must_occur(text: str, question: Question) -> None:
    assert parse(text) == question


@pytest.mark.parametrize("text", ["", "!!!", "-printer", '-"red printer"', "+- ()"])
def test_nothing_is_asked_without_a_word_that_may_occur(text: str) -> None:
    assert parse(text) is None


def test_a_long_text_asks_for_its_first_fifty_words() -> None:
    question = parse(" ".join(f"word{place}" for place in range(80)))
    assert question is not None
    assert len(question.optional) == 50
