"""Which tickets a question finds, and in which order: the same on every database, in lists and over everything."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.search.test_finding import add_note, entry_of, found, index
from tests.features.tickets.acts import ALICES, CLOSED_BY_ALICE, DORAS, UNASSIGNED, row_of
from tests.fixtures.api import Api, Caller

TEXTS = {
    ALICES: "the quokka is here and a walrus too",
    UNASSIGNED: "one more quokka, red as fire",
    DORAS: "a walrus by itself, from pc 7, with okapi@zoo.example",
    CLOSED_BY_ALICE: "プリンター が 壊れました, O'Brien says",
}


@pytest.fixture
def zoo(api: Api) -> Api:
    """A help desk whose index knows these entries alone."""
    api.write(lambda tx: tx.change(delete(t.search)))
    for ticket_id, text in TEXTS.items():
        index(api, "H", entry_of(api, ticket_id), "", text)
    return api


def _many(api: Api, text: str) -> None:
    """Add more rows than are looked at first, each of this text."""

    def unit(tx: Write) -> None:
        rows: list[dict[str, Any]] = [
            {"object_type": "H", "object_id": 100_000 + place, "title": "", "content": text} for place in range(1001)
        ]
        tx.change(insert(t.search).values(rows))

    api.write(unit)


def listed(caller: Caller, q: str, **params: str) -> list[int]:
    answer = caller.get("/tickets", params={"q": q, "per_page": "100", **params})
    assert answer.status == 200, answer.errors
    assert answer.meta["total"] == len(answer.data)
    return [each["id"] for each in answer.data]


CASES: list[tuple[str, list[int]]] = [
    ("quokka walrus", [ALICES, UNASSIGNED, DORAS]),
    ("quokka zebra", [UNASSIGNED, ALICES]),
    ("+quokka +walrus", [ALICES]),
    ("+quokka walrus", [ALICES, UNASSIGNED]),
    ("walrus -quokka", [DORAS]),
    ("+quok* -wal*", [UNASSIGNED]),
    ('"red as fire"', [UNASSIGNED]),
    ('"fire red"', []),
    ('walrus -"the quokka is"', [DORAS]),
    ("+(fire itself) quokka", [UNASSIGNED, DORAS]),
    ("okapi@zoo.example", [DORAS]),
    ("okapi@zoo.exam*", [DORAS]),
    ("walrus@zoo.example", []),
    ("brien", [CLOSED_BY_ALICE]),
    ("pc", [DORAS]),
    ("+pc +walrus", [DORAS]),
    ("+walrus -pc", [ALICES]),
    ("is", [ALICES]),
    ("quokka is", [UNASSIGNED, ALICES]),
    ("リンタ", [CLOSED_BY_ALICE]),
    ("壊れ walrus -quokka", [DORAS, CLOSED_BY_ALICE]),
    ("+壊れ +brien", [CLOSED_BY_ALICE]),
    ("-quokka", []),
    ("!!!", []),
]


def test_a_question_finds_what_osticket_does(zoo: Api) -> None:
    alice = zoo.staff("alice")
    assert {q: sorted(listed(alice, q)) for q, _ in CASES} == {q: sorted(ids) for q, ids in CASES}
    assert {q: listed(alice, q, sort="id") for q, _ in CASES} == {q: sorted(ids) for q, ids in CASES}
    everywhere = {q: sorted(id for _, id in found(alice, q, type="tickets")) for q, _ in CASES if len(q) > 2}
    assert everywhere == {q: sorted(ids) for q, ids in CASES if len(q) > 2}


def test_what_has_more_of_the_words_comes_first(zoo: Api) -> None:
    alice = zoo.staff("alice")
    assert listed(alice, "quokka walrus")[0] == ALICES
    for sort in ("relevance", "-relevance"):
        assert listed(alice, "quokka walrus", sort=sort)[0] == ALICES
    assert found(alice, "quokka walrus", type="tickets")[0] == ("ticket", ALICES)
    assert listed(alice, "quokka walrus", sort="id") == sorted([ALICES, UNASSIGNED, DORAS])


def test_filters_narrow_what_is_found(zoo: Api) -> None:
    alice = zoo.staff("alice")
    assert set(listed(alice, "quokka walrus", staff_id="me")) == {ALICES}
    assert listed(alice, "brien", status="open") == []
    assert listed(alice, "brien", user_id=str(row_of(zoo, CLOSED_BY_ALICE).user_id)) == [CLOSED_BY_ALICE]


def test_pages_by_number_and_cursor_hold_the_same(zoo: Api) -> None:
    alice = zoo.staff("alice")
    _many(
        zoo, "nothing of interest"
    )  # What a rare word is worth grows with the index, and few rows would change places.
    whole = listed(alice, "quokka walrus brien")
    assert len(whole) == 4
    numbered: list[int] = []
    followed: list[int] = []
    cursor: dict[str, str] = {}
    for page in range(1, 6):
        one = alice.get("/tickets", params={"q": "quokka walrus brien", "per_page": "1", "page": str(page)})
        numbered += [each["id"] for each in one.data]
        if page == 1 or cursor:
            two = alice.get("/tickets", params={"q": "quokka walrus brien", "per_page": "1", **cursor})
            followed += [each["id"] for each in two.data]
            cursor = {"cursor": two.meta["next_cursor"]} if two.meta["next_cursor"] else {}
            add_note(zoo, ALICES, f"nothing of interest {page}")
    assert numbered == followed == whole


def test_a_cursor_of_another_order_is_refused(zoo: Api) -> None:
    alice = zoo.staff("alice")
    other = alice.get("/tickets?per_page=1").meta["next_cursor"]
    for cursor in (other, "x", "kwECAw"):
        answer = alice.get("/tickets", params={"q": "quokka", "cursor": cursor})
        assert (answer.status, answer.fields) == (422, ["cursor"])
    answer = alice.get("/tickets?sort=-relevance")
    assert (answer.status, answer.fields) == (422, ["sort"])


def test_agents_who_ask_the_same_ask_the_full_text_once(zoo: Api) -> None:
    asked: list[str] = []
    zoo.database.watch_statements(
        lambda sql, began, error: asked.append(sql) if "AGAINST" in sql or "_fts MATCH" in sql else None
    )
    for username in ("dora", "alice", "bob"):
        listed(zoo.staff(username), "quokka walrus")
    assert len(asked) == 1


def test_who_sees_little_of_the_best_still_finds_theirs(zoo: Api) -> None:
    """A thousand better rows belong to nobody's ticket."""
    _many(zoo, "walrus walrus walrus")
    assert set(listed(zoo.staff("alice"), "walrus")) == {ALICES, DORAS}
    assert {id for _, id in found(zoo.staff("alice"), "walrus", type="tickets")} == {ALICES, DORAS}
    assert listed(zoo.user_id(row_of(zoo, DORAS).user_id), "itself walrus") == [DORAS]


def test_users_learn_nothing_of_answers_for_agents(zoo: Api) -> None:
    number = row_of(zoo, ALICES).number
    index(zoo, "T", ALICES, f"{number} Broken zebra", "Broken zebra\ninternal okapi")
    uma, alice = zoo.user("uma"), zoo.staff("alice")
    assert listed(uma, "okapi") == []
    assert listed(uma, "zebra -okapi") == [ALICES]
    assert listed(alice, "zebra -okapi") == []

    def rank(q: str) -> list[float]:
        return [each["rank"] for each in uma.get("/search", params={"q": q, "type": "tickets"}).data]

    assert rank("zebra okapi") == rank("zebra unicorn")


def test_tasks_are_found_by_any_word_of_their_title(api: Api) -> None:
    alice = api.staff("alice")
    title = alice.get("/tasks/1").data["title"]
    first = max(title.split(), key=len)
    assert ("task", 1) in found(alice, f"{first} unicorn", type="tasks")
    assert found(alice, f"+{first} +unicorn", type="tasks") == []
    assert ("task", 1) not in found(alice, f"unicorn -{first}", type="tasks")


def test_the_tickets_of_a_user_come_after_those_with_the_words(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.user).where(t.user.c.id == 1).values(name="Uma Underwood")))
    index(api, "H", entry_of(api, UNASSIGNED), "", "underwood underwood underwood")
    ids = listed(api.staff("alice"), "underwood")
    assert ids[0] == UNASSIGNED
    assert ALICES in ids
