"""Changing what was said: the copy, what is hidden, and who may."""

from base64 import b64decode, b64encode
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from tests.features.tickets.acts import ALICE, ALICES, make_manager, thread_of
from tests.fixtures.api import Answer, Api

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
WITH_FILE = 9
EDITED, HIDDEN, SYSTEM = 0x2, 0x4, 0x80


def note(api: Api, body: str = "<p>First version.</p>", by: str = "alice", **more: Any) -> int:
    answer = api.staff(by).post(f"/tickets/{ALICES}/note", json={"body": body, **more})
    assert answer.status == 201
    return int(answer.data["id"])


def edit(api: Api, entry: int, body: str, by: str = "alice", *, ticket: int = ALICES, **more: Any) -> Answer:
    return api.staff(by).patch(f"/tickets/{ticket}/thread/{entry}", {"body": body, **more})


def row_of(api: Api, entry: int) -> Any:
    return next(iter(api.rows(select(t.thread_entry).where(t.thread_entry.c.id == entry))), None)


def found(api: Api, entry: int) -> list[str]:
    search = t.search.c
    rows = api.rows(select(search.content).where(search.object_type == "H", search.object_id == entry))
    return [row.content for row in rows]


def attachments_of(api: Api, entry: int) -> list[Any]:
    attachment = t.attachment.c
    return api.rows(select(t.attachment).where(attachment.type == "H", attachment.object_id == entry))


def first_message(api: Api, ticket: int) -> int:
    entry = t.thread_entry.c
    rows = api.rows(select(entry.id).where(entry.thread_id == thread_of(api, ticket), entry.type == "M"))
    return int(min(row.id for row in rows))


def test_a_copy_takes_the_place_of_the_entry(api: Api) -> None:
    old = note(api, title="About it")
    answer = edit(api, old, "<p>Second version.</p>")
    assert answer.status == 200
    new = answer.data["id"]
    assert answer.headers["location"] == f"/api/v2/tickets/{ALICES}/thread/{new}"
    assert (answer.data["body"], answer.data["title"], answer.data["is_edited"], answer.data["parent_id"]) == (
        "<p>Second version.</p>", "About it", True, old,
    )  # fmt: skip
    before, after = row_of(api, old), row_of(api, new)
    assert before.flags & HIDDEN
    assert (after.created, after.editor, after.editor_type) == (before.created, ALICE, "S")
    assert api.staff("alice").get(f"/tickets/{ALICES}/thread/{old}").status == 404
    assert (found(api, old), found(api, new)) == (["First version."], ["Second version."])


def test_a_second_edit_by_the_same_agent_replaces_the_first(api: Api) -> None:
    old = note(api)
    second = edit(api, old, "<p>Second.</p>").data["id"]
    third = edit(api, second, "<p>Third.</p>").data
    assert third["parent_id"] == old
    assert row_of(api, second) is None
    assert found(api, second) == []


def test_an_edit_by_somebody_else_is_kept(api: Api) -> None:
    old = note(api)
    second = edit(api, old, "<p>Second.</p>", by="dora").data["id"]
    third = edit(api, second, "<p>Third.</p>").data
    assert third["parent_id"] == second
    assert row_of(api, second).flags & HIDDEN


def test_an_edit_that_was_mailed_is_kept(api: Api) -> None:
    old = note(api)
    second = edit(api, old, "<p>Second.</p>").data["id"]

    def guard(tx: Write) -> None:
        flags = t.thread_entry.c.flags.bitwise_or(0x8)
        tx.change(update(t.thread_entry).where(t.thread_entry.c.id == second).values(flags=flags))

    api.write(guard)
    third = edit(api, second, "<p>Third.</p>").data
    assert third["parent_id"] == second
    assert row_of(api, third["id"]).flags & (0x8 | HIDDEN) == 0


@pytest.mark.parametrize("body", ["<p>First version.</p>", "<p>First version.</p>\n"])
def test_the_same_text_changes_nothing(api: Api, body: str) -> None:
    old = note(api)
    answer = edit(api, old, body, title="Another title")
    assert (answer.status, answer.data["id"], answer.data["title"]) == (200, old, None)
    assert row_of(api, old).flags & HIDDEN == 0


def test_what_was_read_can_be_written_back(api: Api) -> None:
    picture = f'<p>See <img src="data:image/gif;base64,{b64encode(PIXEL).decode()}"> &amp; an emoji: 😀</p>'
    old = note(api, picture)
    read = api.staff("alice").get(f"/tickets/{ALICES}/thread/{old}").data["body"]
    assert edit(api, old, read).data["id"] == old


def test_the_title_can_be_changed_and_taken_away(api: Api) -> None:
    old = note(api, title="About it")
    second = edit(api, old, "<p>Second.</p>", title="Else").data
    assert second["title"] == "Else"
    assert edit(api, second["id"], "<p>Third.</p>", title=None).data["title"] is None


def test_html_can_become_text(api: Api) -> None:
    answer = edit(api, note(api), "a < b\n\n\n\nc", format="text")
    assert (answer.data["format"], answer.data["body"]) == ("text", "a < b\n\nc")
    again = edit(api, answer.data["id"], "a < b & c")
    assert (again.data["format"], row_of(api, again.data["id"]).body) == ("text", "a &lt; b &amp; c")


def test_attachments_move_to_the_copy(api: Api) -> None:
    old = first_message(api, WITH_FILE)
    files = [row.file_id for row in attachments_of(api, old)]
    assert files
    answer = edit(api, old, "<p>Since last week, on every machine.</p>", ticket=WITH_FILE)
    assert [each["file_id"] for each in answer.data["attachments"]] == files
    assert attachments_of(api, old) == []


def test_pictures_are_shown_again_as_far_as_the_new_text_has_them(api: Api) -> None:
    data = f'<img src="data:image/gif;base64,{b64encode(PIXEL).decode()}">'
    old = note(api, f"<p>See {data}</p>")
    read = api.staff("alice").get(f"/tickets/{ALICES}/thread/{old}").data["body"]
    second = edit(api, old, read.replace("See", "Look at")).data
    assert [each["inline"] for each in second["attachments"]] == [True]
    assert f"attachments/{second['attachments'][0]['id']}" in second["body"]
    third = edit(api, second["id"], "<p>Nothing to see.</p>").data
    assert third["attachments"] == []
    assert attachments_of(api, second["id"]) == []


def test_a_new_picture_is_stored(api: Api) -> None:
    data = f'<img src="data:image/gif;base64,{b64encode(PIXEL).decode()}">'
    answer = edit(api, note(api), f"<p>{data}</p>")
    assert [each["content_type"] for each in answer.data["attachments"]] == ["image/gif"]


def test_the_picture_of_another_entry_is_not_taken_along(api: Api) -> None:
    data = f'<img src="data:image/gif;base64,{b64encode(PIXEL).decode()}">'
    note(api, f"<p>{data}</p>")
    key = api.rows(select(t.file.c.key).where(t.file.c.type == "image/gif"))[0].key
    answer = edit(api, note(api, "<p>Mine.</p>"), f'<p>Theirs: <img src="cid:{key}"></p>')
    assert answer.data["attachments"] == []


def test_a_text_too_long_for_its_column_lies_in_a_file(api: Api) -> None:
    long = "<p>" + "long " * 20_000 + "</p>"
    old = note(api)
    second = edit(api, old, long).data["id"]
    assert row_of(api, second).body == ""
    assert edit(api, second, long).data["id"] == second
    third = edit(api, second, "<p>Short.</p>").data
    assert (third["body"], third["attachments"]) == ("<p>Short.</p>", [])


def test_scripts_do_not_get_in(api: Api) -> None:
    answer = edit(api, note(api), "<p>Hi<script>alert(1)</script></p>", title="<b>T</b>")
    assert (answer.data["body"], answer.data["title"]) == ("<p>Hi</p>", "T")


@pytest.mark.parametrize("body", ["", "-", "<p></p><script>x</script>", "<p>&nbsp;</p>"])
def test_an_empty_text_is_refused(api: Api, body: str) -> None:
    answer = edit(api, note(api), body)
    assert (answer.status, answer.fields) == (422, ["body"])


def test_the_author_may_edit_whatever_their_role(api: Api) -> None:
    assert edit(api, note(api, by="bob"), "<p>Second.</p>", by="bob").status == 200


def test_others_need_the_right(api: Api) -> None:
    answer = edit(api, note(api), "<p>Second.</p>", by="bob")
    assert (answer.status, answer.errors[0]["detail"]) == (403, {"permission": "thread.edit"})


def test_the_department_manager_may(api: Api) -> None:
    make_manager(api, 3)
    assert edit(api, note(api), "<p>Second.</p>", by="bob").status == 200


def test_a_users_message_can_be_edited_and_stays_theirs(api: Api) -> None:
    answer = edit(api, first_message(api, ALICES), "<p>Said otherwise.</p>")
    assert (answer.data["type"], answer.data["user"]["name"]) == ("message", "Uma Underwood")


def test_what_the_system_wrote_cannot_be_edited(api: Api) -> None:
    api.staff("alice").post(f"/tickets/{ALICES}/mark", json={"as": "answered"})
    entry = t.thread_entry.c
    system = api.rows(select(entry.id).where(entry.flags.bitwise_and(SYSTEM) != 0).order_by(entry.id.desc()))[0].id
    answer = edit(api, system, "<p>Mine now.</p>")
    assert (answer.status, answer.errors[0]["code"]) == (409, "system_entry")


def test_entries_of_other_tickets_and_hidden_ones_are_not_there(api: Api) -> None:
    old = note(api)
    assert edit(api, old, "<p>x</p>", ticket=27).status == 404
    edit(api, old, "<p>Second.</p>")
    assert edit(api, old, "<p>Third.</p>").status == 404
    assert edit(api, 4711, "<p>x</p>").status == 404
    assert edit(api, 2**64, "<p>x</p>").status == 404
    assert edit(api, old, "<p>x</p>", by="charlie").status == 404


def test_users_edit_nothing(api: Api) -> None:
    entry = first_message(api, ALICES)
    answer = api.user("uma").patch(f"/tickets/{ALICES}/thread/{entry}", {"body": "<p>x</p>"})
    assert answer.status == 403


def test_a_stale_entry_is_refused(api: Api) -> None:
    alice, old = api.staff("alice"), note(api)
    path = f"/tickets/{ALICES}/thread/{old}"
    tag = alice.get(path).headers["etag"]
    body = {"body": "<p>Second.</p>"}
    assert alice.patch(path, body, headers={"If-Match": '"0123"'}).status == 412
    answer = alice.patch(path, body, headers={"If-Match": tag})
    assert answer.status == 200
    new = alice.get(f"/tickets/{ALICES}/thread/{answer.data['id']}")
    assert new.headers["etag"] == answer.headers["etag"]


def test_a_dry_run_edits_nothing(api: Api) -> None:
    old = note(api)
    answer = api.staff("alice").patch(
        f"/tickets/{ALICES}/thread/{old}", {"body": "<p>Second.</p>"}, params={"dry_run": "true"}
    )
    assert answer.data["effects"][0]["replaces"] == old
    assert row_of(api, old).flags & HIDDEN == 0


def test_an_edited_entry_of_a_merged_ticket_knows_where_it_came_from(api: Api) -> None:
    body = {"tickets": [29], "mode": "combine", "participants": "owner", "child_status_id": 3}
    home = thread_of(api, 29)
    api.staff("alice").post(f"/tickets/{ALICES}/merge", json=body)
    moved = next(row.thread_entry_id for row in api.rows(select(t.thread_entry_merge)))
    new = edit(api, moved, "<p>Accents work again.</p>").data["id"]
    again = edit(api, new, "<p>Accents work.</p>").data["id"]
    rows = {row.thread_entry_id: row.data for row in api.rows(select(t.thread_entry_merge))}
    assert rows == {moved: f'{{"thread":{home}}}', again: f'{{"thread":{home}}}'}
    assert row_of(api, again).flags & 0x400
    api.staff("alice").delete(f"/tickets/{ALICES}")
    assert row_of(api, again).thread_id == home
