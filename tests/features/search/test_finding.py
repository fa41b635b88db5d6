"""Searching everything at once."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import ALICES, UMA, row_of, thread_of
from tests.fixtures.api import Answer, Api, Caller


def found(caller: Caller, q: str, **params: str) -> list[tuple[str, int]]:
    answer = caller.get("/search", params={"q": q, **params})
    assert answer.status == 200, answer.errors
    return [(each["type"], each["id"]) for each in answer.data]


def index(api: Api, kind: str, id: int, title: str, content: str) -> None:
    """A row of the index, as PHP would write it."""

    def unit(tx: Write) -> None:
        search = t.search.c
        tx.change(delete(t.search).where(search.object_type == kind, search.object_id == id))
        tx.change(insert(t.search).values(object_type=kind, object_id=id, title=title, content=content))

    api.write(unit)


def entry_of(api: Api, ticket_id: int, kind: str = "M") -> int:
    entry = t.thread_entry.c
    wanted = select(entry.id).where(entry.thread_id == thread_of(api, ticket_id), entry.type == kind)
    return int(api.rows(wanted)[0].id)


def add_note(api: Api, ticket_id: int, text: str) -> None:
    assert api.staff("alice").post(f"/tickets/{ticket_id}/note", {"body": f"<p>{text}</p>"}).status == 201


def test_words_are_found_in_tickets_with_a_marked_snippet(api: Api) -> None:
    index(api, "H", entry_of(api, ALICES), "", "The <b>quokka</b> & the printer are on fire")
    answer = api.staff("alice").get("/search?q=quokka%20printer")
    (hit,) = answer.data
    assert (hit["type"], hit["id"], hit["is_exact"]) == ("ticket", ALICES, False)
    assert hit["rank"] > 0
    assert hit["snippet"] == ("The &lt;b&gt;<mark>quokka</mark>&lt;/b&gt; &amp; the <mark>printer</mark> are on fire")
    assert hit["title"] == api.staff("alice").get(f"/tickets/{ALICES}").data["subject"]
    assert hit["ticket"]["number"] == row_of(api, ALICES).number
    assert "user" not in hit
    assert answer.meta["total"] == 1


def test_beginnings_and_phrases_are_found(api: Api) -> None:
    index(api, "H", entry_of(api, ALICES), "", "a red quokka jumps")
    alice = api.staff("alice")
    assert found(alice, "quok*") == [("ticket", ALICES)]
    assert found(alice, "quok") == []
    assert found(alice, '"red quokka"') == [("ticket", ALICES)]
    assert found(alice, '"quokka red"') == []


def test_words_that_the_index_leaves_out_do_not_hide_a_hit(api: Api) -> None:
    index(api, "H", entry_of(api, ALICES), "", "the quokka of the shop at www quokka com")
    assert found(api.staff("alice"), "the quokka of") == [("ticket", ALICES)]
    assert found(api.staff("alice"), "www.quokka.com") == [("ticket", ALICES)]


def test_signs_alone_find_nothing(api: Api) -> None:
    assert found(api.staff("alice"), "!!! ???") == []


HOSTILE = [
    '"', '"""', "a* OR (", "+-@~<>()", "' OR 1=1 --", "\U0001f600\U0001f600", "NEAR(a b)", "+(((", ')))"', '-"', "+*",
    "*" * 400, "(" * 400, "a " * 240, "+a* " * 120, "-x " * 160, "foo AND NOT bar", "title:foo", "{a b}: c", "^foo",
    "a'b\\%_/ x", "%%% %s %(q)s", ":terms :q", "\u202efoo", "\U00020bb7\U00020bb7", "___ +_ -__", '+"a b" -("c d" e)',
    "x" * 500, "(+a -b) +(c*)", "\u0e44\u0e17\u0e22 \u65e5\u672c* -\u8a9e", "a@b.c* +de@x -in@y", "0x1F e+10 -1e9",
    "<b>&amp;",
]  # fmt: skip


def test_no_query_breaks_the_search(api: Api) -> None:
    callers = (api.staff("alice"), api.user("uma"))
    for q in HOSTILE:
        for caller in callers:
            answer = caller.get("/search", params={"q": q})
            assert answer.status == (422 if len(q.encode()) < 3 else 200), q
            assert caller.get("/tickets", params={"q": q}).status == 200, q
            assert caller.get("/tickets", params={"q": q, "sort": "-created_at"}).status == 200, q


@pytest.mark.parametrize("q", ["", "ab"])
def test_a_query_needs_three_characters(api: Api, q: str) -> None:
    answer = api.staff("alice").get("/search", params={"q": q})
    assert (answer.status, answer.fields) == (422, ["q"])


def test_the_exact_number_comes_first(api: Api) -> None:
    number = row_of(api, ALICES).number
    index(api, "H", entry_of(api, 29), "", f"{number} {number} {number}")
    alice = api.staff("alice")
    for q in (number, f"#{number}"):
        answer = alice.get("/search", params={"q": q, "type": "tickets"})
        assert [(each["id"], each["is_exact"]) for each in answer.data] == [(ALICES, True), (29, False)]


def test_a_number_is_found_without_a_row_in_the_index(api: Api) -> None:
    api.write(lambda tx: tx.change(delete(t.search)))
    assert found(api.staff("alice"), row_of(api, ALICES).number, type="tickets") == [("ticket", ALICES)]


def test_an_address_finds_the_user_first_and_then_their_tickets(api: Api) -> None:
    hits = found(api.staff("alice"), "uma@acme.example", per_page="100")
    assert hits[0] == ("user", UMA)
    theirs = {each["id"] for each in api.staff("alice").get("/tickets?user_id=1&per_page=100").data}
    assert theirs <= {id for type, id in hits if type == "ticket"}


def test_a_name_finds_the_user_and_their_tickets(api: Api) -> None:
    hits = found(api.staff("alice"), "Uma Underwood", per_page="100")
    assert ("user", UMA) in hits
    assert ("ticket", ALICES) in hits


def test_every_type_is_found(api: Api) -> None:
    alice = api.staff("alice")
    assert found(alice, "acme", type="organizations") == [("organization", 1)]
    assert {type for type, _ in found(alice, "password", type="faqs")} == {"faq"}
    title = alice.get("/tasks/1").data["title"]
    assert ("task", 1) in found(alice, title, type="tasks")
    assert ("task", 1) in found(alice, alice.get("/tasks/1").data["number"], type="tasks")


def test_only_the_types_asked_for_are_found(api: Api) -> None:
    assert {type for type, _ in found(api.staff("alice"), "uma", type="users,faqs")} == {"user"}


def test_an_unknown_type_is_refused_with_the_nearest(api: Api) -> None:
    answer = api.staff("alice").get("/search?q=printer&type=ticket")
    assert (answer.status, answer.fields) == (422, ["type"])
    assert "tickets" in answer.errors[0]["message"]


def test_agents_find_only_what_their_lists_show(api: Api) -> None:
    index(api, "H", entry_of(api, ALICES), "", "a quokka on fire")
    assert found(api.staff("charlie"), "quokka") == []
    assert found(api.staff("charlie"), row_of(api, ALICES).number) == []
    assert found(api.staff("bob"), "quokka") == [("ticket", ALICES)]


def test_users_find_only_their_tickets(api: Api) -> None:
    index(api, "H", entry_of(api, ALICES), "", "a quokka on fire")
    assert found(api.user("uma"), "quokka") == [("ticket", ALICES)]
    assert found(api.user("ulf"), "quokka") == []


def test_users_find_nothing_by_notes(api: Api) -> None:
    add_note(api, ALICES, "secret quokka")
    assert found(api.staff("alice"), "quokka") == [("ticket", ALICES)]
    assert found(api.user("uma"), "quokka") == []
    assert api.user("uma").get("/tickets?q=quokka").data == []


def test_users_find_nothing_by_answers_meant_for_agents(api: Api) -> None:
    row = row_of(api, ALICES)
    index(api, "T", ALICES, f"{row.number} Broken zebra", "Broken zebra\ninternal quokka")
    for caller, expected in (("alice", [("ticket", ALICES)]), ("uma", [])):
        assert found(api.named(caller), "quokka") == expected
    (hit,) = api.user("uma").get("/search?q=zebra").data
    assert hit["snippet"] is None


def test_users_are_not_told_about_other_people(api: Api) -> None:
    assert [type for type, _ in found(api.user("uma"), "uma@acme.example") if type == "user"] == []
    for type in ("users", "organizations", "tasks"):
        answer = api.user("uma").get(f"/search?q=acme&type={type}")
        assert (answer.status, answer.fields) == (403, ["type"])


def test_agents_without_the_directory_find_no_users(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.staff).where(t.staff.c.username == "alice").values(permissions="{}")))
    alice = api.staff("alice")
    assert {type for type, _ in found(alice, "uma")} == {"ticket"}
    answer = alice.get("/search?q=uma&type=users")
    assert answer.status == 403
    assert "user.dir" in answer.errors[0]["message"]


def _faqs(caller: Caller, q: str = "account OR") -> list[str]:
    return [each["title"] for each in caller.get("/search", params={"q": q, "type": "faqs"}).data]


def test_internal_faqs_are_for_agents(api: Api) -> None:
    assert len(_faqs(api.staff("bob"), "Manage Account Locked")) == 1
    for caller in (api.user("uma"), api.anonymous()):
        assert _faqs(caller, "Manage Account Locked") == []
        assert _faqs(caller, "Forgot my password") == ["How do I reset my password?"]


def test_faqs_of_private_categories_are_for_agents(api: Api) -> None:
    api.write(lambda tx: tx.change(update(t.faq_category).values(ispublic=0)))
    assert _faqs(api.anonymous(), "Forgot my password") == []
    assert len(_faqs(api.staff("bob"), "Forgot my password")) == 1


def _configure(api: Api, key: str, value: str) -> None:
    def unit(tx: Write) -> None:
        where = (t.config.c.namespace == "core", t.config.c.key == key)
        if not tx.change(update(t.config).where(*where).values(value=value)):
            tx.insert(t.config, namespace="core", key=key, value=value)

    api.write(unit)


def test_a_restricted_knowledge_base_is_for_those_who_signed_in(api: Api) -> None:
    _configure(api, "restrict_kb", "1")
    assert api.anonymous().get("/search?q=password").status == 401
    assert _faqs(api.user("uma"), "Forgot my password") == ["How do I reset my password?"]


def test_without_a_knowledge_base_users_find_only_tickets(api: Api) -> None:
    _configure(api, "enable_kb", "0")
    assert api.anonymous().get("/search?q=password").status == 401
    answer = api.user("uma").get("/search?q=password&type=faqs")
    assert answer.status == 403
    assert api.user("uma").get("/search?q=password").status == 200


def test_strangers_are_asked_to_sign_in_for_the_rest(api: Api) -> None:
    assert api.anonymous().get("/search?q=printer&type=tickets").status == 401


def _pages(caller: Caller, path: str) -> list[Answer]:
    answers = [caller.get(path)]
    while cursor := answers[-1].meta["next_cursor"]:
        answers.append(caller.get(path, params={"q": "password", "per_page": "2", "cursor": cursor}))
    return answers


def _listed(answers: list[Answer]) -> list[Any]:
    return [(each["type"], each["id"]) for answer in answers for each in answer.data]


def test_pages_by_number_and_by_cursor_hold_the_same(api: Api) -> None:
    alice = api.staff("alice")
    for ticket_id in (ALICES, 29, 18):
        index(api, "H", entry_of(api, ticket_id), "", "password password lost")
    whole = found(alice, "password", per_page="100")
    assert len(whole) > 4
    assert _listed(_pages(alice, "/search?q=password&per_page=2")) == whole
    numbered = [alice.get(f"/search?q=password&per_page=2&page={page}") for page in range(1, len(whole) // 2 + 2)]
    assert _listed(numbered) == whole
    assert numbered[0].meta["total"] == len(whole)


@pytest.mark.parametrize("cursor", ["x", "!!", "kwECAw"])
def test_a_foreign_cursor_is_refused(api: Api, cursor: str) -> None:
    answer = api.staff("alice").get(f"/search?q=password&cursor={cursor}")
    assert (answer.status, answer.fields) == (422, ["cursor"])


def test_without_an_index_numbers_are_still_found(api: Api) -> None:
    alice, number = api.staff("alice"), row_of(api, ALICES).number
    table = f"{t.search.name}"
    api.write(lambda tx: tx.connection.exec_driver_sql(f"DROP TABLE {table}"))
    assert found(alice, number, type="tickets") == [("ticket", ALICES)]
    assert found(alice, "printer", type="tickets") == []
