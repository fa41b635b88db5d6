"""Quick notes over HTTP."""

import pytest

from tests.features.tickets import acts
from tests.fixtures.api import Api

ACME, UMA, NINA = 1, 1, 4


@pytest.mark.parametrize("path", [f"/users/{UMA}/notes", f"/organizations/{ACME}/notes"])
def test_a_note_is_written_changed_and_deleted(api: Api, path: str) -> None:
    alice = api.staff("alice")
    answer = alice.post(path, {"body": "<p>VIP</p><script>x</script>"})
    assert answer.status == 201, answer.errors
    note = answer.data
    assert (note["body"], note["staff"]) == ("<p>VIP</p>", {"id": acts.ALICE, "name": "Alice Archer"})
    assert alice.get(path).data == [note]
    url = f"/notes/{note['id']}"
    assert alice.get(url).data == note
    changed = alice.patch(url, {"body": "<p>Very VIP</p>"}, headers={"If-Match": alice.get(url).headers["etag"]})
    assert changed.data["body"] == "<p>Very VIP</p>"
    assert alice.patch(url, {"body": "x"}, headers={"If-Match": answer.headers["etag"]}).status == 412
    assert alice.delete(url).status == 204
    assert (alice.get(path).data, alice.get(url).status) == ([], 404)


def test_notes_of_others_are_for_those_who_may_edit(api: Api) -> None:
    note = api.staff("alice").post(f"/users/{UMA}/notes", {"body": "<p>VIP</p>"}).data["id"]
    bob = api.staff("bob")
    assert bob.get(f"/notes/{note}").status == 200
    assert bob.delete(f"/notes/{note}").errors[0]["detail"] == {"permission": "user.edit"}
    own = bob.post(f"/users/{UMA}/notes", {"body": "<p>Mine</p>"}).data["id"]
    assert bob.delete(f"/notes/{own}").status == 204
    assert api.staff("dora").delete(f"/notes/{note}").status == 204


def test_users_know_nothing_of_notes(api: Api) -> None:
    note = api.staff("alice").post(f"/users/{UMA}/notes", {"body": "<p>VIP</p>"}).data["id"]
    uma = api.user("uma")
    assert [uma.get(path).status for path in (f"/users/{UMA}/notes", f"/notes/{note}")] == [403, 403]


def test_a_note_says_something(api: Api) -> None:
    answer = api.staff("alice").post(f"/users/{UMA}/notes", {"body": "<p></p>"})
    assert (answer.status, answer.fields) == (422, ["body"])


def test_notes_go_with_their_user(api: Api) -> None:
    alice = api.staff("alice")
    user = alice.post("/users", {"email": "zoe@example.net", "name": "Zoe"}).data["id"]
    note = alice.post(f"/users/{user}/notes", {"body": "<p>x</p>"}).data["id"]
    assert alice.delete(f"/users/{user}").status == 204
    assert alice.get(f"/notes/{note}").status == 404
