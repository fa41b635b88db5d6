"""An address is one person's, exactly but for the case of ASCII letters, whatever the database's collation finds."""

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.ban_list.api import is_banned
from osticket_api.mail.variables.records import Records
from tests.fixtures.api import Api

PLAIN, ACCENTED = "jose@accent.example", "jos\u00e9@accent.example"


def _new_user(api: Api, email: str) -> int:
    answer = api.staff("dora").post("/users", {"name": "Jos\u00e9", "email": email})
    assert answer.status == 201, answer.errors
    return int(answer.data["id"])


def test_users_are_found_by_their_own_address_alone(api: Api) -> None:
    user_id = _new_user(api, PLAIN)
    found = {email: api.staff("dora").get("/users", params={"email": email}).data for email in (PLAIN, ACCENTED)}
    assert [each["id"] for each in found[PLAIN]] == [user_id]
    assert found[ACCENTED] == []
    spelled = api.staff("dora").get("/users", params={"email": PLAIN.upper()}).data
    assert [each["id"] for each in spelled] == [user_id]


def test_a_user_does_not_get_an_address_that_only_looks_like_theirs(api: Api) -> None:
    user_id = _new_user(api, "other@accent.example")
    dora = api.staff("dora")
    assert dora.post(f"/users/{user_id}/emails", {"email": PLAIN}).status == 201
    answer = dora.patch(f"/users/{user_id}", {"email": ACCENTED})
    if answer.status == 409:
        assert answer.errors[0]["code"] == "email_indistinct"
    else:
        assert answer.data["email"] == ACCENTED


@pytest.mark.parametrize(("agents", "asked", "status"), [(PLAIN, ACCENTED, 201), (PLAIN, PLAIN.upper(), 409)])
def test_an_agent_and_a_mailbox_share_an_address_only_where_it_is_the_same(
    api: Api, agents: str, asked: str, status: int
) -> None:
    def give(tx: Write) -> None:
        tx.change(update(t.staff).where(t.staff.c.username == "bob").values(email=agents))

    api.write(give)
    dora = api.staff("dora")
    alice = api.rows(select(t.staff.c.staff_id).where(t.staff.c.username == "alice"))[0][0]
    moved = dora.patch(f"/staff/{alice}?dry_run=true", {"email": asked})
    assert moved.status == (200 if status == 201 else 409)
    assert dora.post("/emails", {"email": asked, "name": "x"}).status == status


def test_a_ban_is_of_one_address(api: Api) -> None:
    assert api.staff("dora").post("/ban-list", {"email": PLAIN}).status == 201
    banned = [api.write(is_banned, email) for email in (PLAIN, PLAIN.upper(), ACCENTED)]
    assert banned == [True, True, False]
    assert api.staff("dora").get(f"/ban-list/{ACCENTED}").status == 404
    assert api.staff("dora").delete(f"/ban-list/{ACCENTED}").status == 404


def test_mails_name_the_user_of_exactly_the_address(api: Api) -> None:
    user_id = _new_user(api, PLAIN)
    found = [api.write(lambda tx, email=email: Records(tx, "").user_id_of(email)) for email in (PLAIN, ACCENTED)]
    assert found == [user_id, None]
