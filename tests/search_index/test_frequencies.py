"""Words that stand in very many rows: the full text is not asked for them, and what is found stays the same."""

import pytest
from sqlalchemy import delete, insert

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.search import finding
from osticket_api.features.tickets import relevance
from osticket_api.search_index import frequencies
from osticket_api.search_index.frequencies import Frequencies, frequent_terms, word_frequencies
from osticket_api.search_index.terms import parse
from tests.features.search.test_finding import found, index
from tests.features.tickets.acts import ALICES, DORAS, UNASSIGNED
from tests.fixtures.api import Api
from tests.search_index.test_full_text import CASES, listed, zoo

__all__ = ["zoo"]

SLOW = 1000


def left_out(query: str, **rows: float) -> set[str]:
    question = parse(query)
    assert question is not None
    terms = frequent_terms(Frequencies({"H": 100_000}, rows), question)
    return {" ".join(term.words) for term in terms}


@pytest.fixture
def slow_from_1000(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frequencies, "_SLOW", SLOW)


@pytest.mark.usefixtures("slow_from_1000")
def test_the_most_frequent_words_are_left_out_until_the_rest_is_quick() -> None:
    assert left_out("printer thanks", thanks=5000) == {"thanks"}
    assert left_out("printer thanks", thanks=5000, printer=900) == {"thanks"}
    assert left_out("printer thanks", thanks=900, printer=900) == {"printer"}
    assert left_out("printer thanks", thanks=5000, printer=4000) == {"printer", "thanks"}
    assert left_out("printer thanks", thanks=400, printer=400) == set()
    assert left_out("printer -thanks", thanks=5000) == {"thanks"}


@pytest.mark.usefixtures("slow_from_1000")
def test_beginnings_count_for_every_word_that_begins_so() -> None:
    assert left_out("print*", printer=600, printed=600) == {"print"}
    assert left_out("print", printer=600, printed=600) == set()
    assert left_out("CAFÉ", cafe=2000) == {"CAFÉ"}
    assert left_out('"many thanks"', many=5000, thanks=5000) == set()


@pytest.mark.usefixtures("slow_from_1000")
def test_demanded_words_are_left_out_only_beside_one_that_is_quick() -> None:
    assert left_out("+printer +thanks", thanks=5000) == {"thanks"}
    assert left_out("+printer +thanks -many", thanks=5000, printer=5000, many=9000) == {"many"}
    assert left_out("+pc +thanks", thanks=5000) == set(), "the index does not hold pc"


@pytest.fixture
def everything_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word counts as frequent, and nothing else is asked where that finds few."""
    monkeypatch.setattr(frequencies, "_SLOW", 0)
    for module in (relevance, finding):
        monkeypatch.setattr(module, "_ENOUGH", 0)


@pytest.mark.usefixtures("everything_slow")
def test_a_question_of_frequent_words_finds_the_same(zoo: Api) -> None:
    alice = zoo.staff("alice")
    for q, ids in CASES:
        answer = alice.get("/tickets", params={"q": q, "per_page": "100"})
        assert sorted(each["id"] for each in answer.data) == sorted(ids), q
        if len(q) > 2:
            assert sorted(id for _, id in found(alice, q)) == sorted(ids), q


@pytest.mark.usefixtures("everything_slow")
def test_rows_with_more_of_the_frequent_words_come_first(zoo: Api) -> None:
    assert listed(zoo.staff("alice"), "quokka walrus")[0] == ALICES


def test_rare_words_come_before_frequent_ones(zoo: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """`quokka` stands in two rows, `walrus` in two, and in a hundred more that belong to no ticket."""
    monkeypatch.setattr(frequencies, "_SLOW", 50)
    for place in range(100):
        index(zoo, "H", 900 + place, "", "a walrus")
    alice = zoo.staff("alice")
    assert set(listed(alice, "quokka walrus")[:2]) == {ALICES, UNASSIGNED}
    assert DORAS in listed(alice, "quokka walrus")
    asked: list[str] = []
    zoo.database.watch_statements(lambda sql, began, error: asked.append(sql))
    for q, ids in (
        ("quokka -walrus", [UNASSIGNED]),
        ("+quokka +walrus", [ALICES]),
        ("+quokka walrus", [ALICES, UNASSIGNED]),
    ):
        answer = alice.get("/tickets", params={"q": q})
        assert (sorted(each["id"] for each in answer.data), "total_is_exact" in answer.meta) == (ids, False)
    assert sum("MATCH" in sql for sql in asked) == 3, "what the rare word finds is everything"


@pytest.mark.usefixtures("everything_slow")
def test_the_full_text_is_not_asked_for_frequent_words(zoo: Api) -> None:
    asked: list[str] = []
    zoo.database.watch_statements(lambda sql, began, error: asked.append(sql))
    assert len(listed(zoo.staff("alice"), "quokka walrus")) == 3
    asks_for_words = any("MATCH" in sql for sql in asked)
    assert asks_for_words is zoo.database.is_sqlite, "FTS5 is asked for every word"


@pytest.mark.usefixtures("everything_slow")
def test_users_are_found_by_frequent_names(zoo: Api) -> None:
    index(zoo, "U", 1, "Walrus Miller", "")
    assert ("user", 1) in found(zoo.staff("alice"), "walrus", type="users")
    assert ("user", 1) in found(zoo.staff("alice"), "walrus")


def test_how_many_rows_hold_a_word_is_estimated_over_the_whole_index(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of 2,400 rows hold `walrus`; the last 300 hold `alarm`, as after a storm of alarms."""
    monkeypatch.setattr(frequencies, "_SLOW", 500)

    def fill(tx: Write) -> None:
        tx.change(delete(t.search))
        texts = [("walrus " * (id % 2) + "alarm" * (id > 2100)) for id in range(1, 2401)]
        rows = [{"object_type": "H", "object_id": id, "title": "", "content": each} for id, each in enumerate(texts, 1)]
        tx.change(insert(t.search).values(rows))

    api.write(fill)
    known = api.write(word_frequencies)
    if api.database.is_sqlite:
        assert known == Frequencies({}, {})
    else:
        assert known.newest == {"H": 2400}
        assert known.words == {"walrus": pytest.approx(1200, rel=0.2), "alarm": pytest.approx(300, rel=0.4)}
