"""Adding, changing and deleting agents over HTTP."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.fixtures.api import Answer, Api

ADMIN, ALICE, BOB, CHARLIE, DORA = 1, 2, 3, 4, 5
SUPPORT, SALES, MAINTENANCE, BILLING, WORKPLACE = 1, 2, 3, 4, 5
ALL_ACCESS, VIEW_ONLY = 1, 4
PASSWORD = "demo-help-desk"

ERIN = {
    "username": "erin",
    "first_name": "Erin",
    "last_name": "Evans",
    "email": "erin@desk.example",
    "department_id": SUPPORT,
    "role_id": ALL_ACCESS,
}


def _login(api: Api, username: str, password: str) -> Answer:
    return api.anonymous().post("/auth/login", {"username": username, "password": password})


def _refresh(api: Api, session: Answer) -> int:
    return api.anonymous().post("/auth/refresh", {"refresh_token": session.data["refresh_token"]}).status


def _row(api: Api, staff_id: int) -> Any:
    (row,) = api.rows(select(t.staff).where(t.staff.c.staff_id == staff_id))
    return row


def test_an_agent_is_added_signs_in_and_works(api: Api) -> None:
    body = {
        **ERIN,
        "password": "long enough",
        "phone": "5551234",
        "mobile": "+1 555 000 1111",
        "departments": [{"department_id": BILLING, "role_id": VIEW_ONLY, "alerts": False}],
        "teams": [{"team_id": 1}],
        "permissions": ["user.create", "visibility.agents"],
        "signature": "<p>Erin</p><script>x</script>",
        "timezone": "Europe/Rome",
        "language": "it",
        "on_vacation": True,
    }
    made = api.staff("dora").post("/staff", body)
    assert made.status == 201, made.errors
    erin = made.data
    assert made.headers["location"] == f"/api/v2/staff/{erin['id']}"
    assert (erin["phone"], erin["mobile"], erin["signature"]) == ("555-1234", "+1 555 000 1111", "<p>Erin</p>")
    assert erin["departments"] == [
        {
            "department": {"id": BILLING, "name": "Billing"},
            "role": {"id": VIEW_ONLY, "name": "View only"},
            "alerts": False,
        }
    ]
    assert erin["teams"] == [{"id": 1, "name": "Level I Support", "alerts": True}]
    assert erin["permissions"] == ["user.create", "visibility.agents"]
    assert (erin["is_active"], erin["is_visible"], erin["on_vacation"], erin["is_admin"]) == (True, True, True, False)
    assert _login(api, "erin", "long enough").status == 200
    assert api.staff("erin").get("/auth/me").data["department_ids"] == [SUPPORT, BILLING]


def test_what_is_asked_is_written_where_osticket_would_turn_it_round(api: Api) -> None:
    made = api.staff("dora").post("/staff", {**ERIN, "is_active": False, "is_visible": False})
    assert (made.data["is_active"], made.data["is_visible"]) == (False, False)
    assert _login(api, "erin", "anything").status == 401


def test_an_agent_needs_a_name_an_address_and_a_place(api: Api) -> None:
    answer = api.staff("dora").post("/staff", {"is_admin": True})
    assert answer.status == 422
    assert set(answer.fields) == {"username", "first_name", "last_name", "email", "department_id", "role_id"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "1234"}, "username"),
        ({"username": "x" * 33}, "username"),
        ({"first_name": "<b></b>"}, "first_name"),
        ({"last_name": None}, "last_name"),
        ({"last_name": 20 * "\N{WINKING FACE}"}, "last_name"),
        ({"notes": 10_000 * "\N{WINKING FACE}"}, "notes"),
        ({"signature": 65_536 * "x"}, "signature"),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone_extension": "x7"}, "phone_extension"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"language": "Deutsch!"}, "language"),
        ({"department_id": 99}, "department_id"),
        ({"role_id": 99}, "role_id"),
        ({"departments": [{"department_id": SALES, "role_id": 99}]}, "departments.0.role_id"),
        ({"departments": [{"department_id": BILLING, "role_id": ALL_ACCESS}]}, "departments.0.department_id"),
        (
            {"departments": [{"department_id": SALES, "role_id": 1}, {"department_id": SALES, "role_id": 2}]},
            "departments",
        ),
        ({"teams": [{"team_id": 1}, {"team_id": 99}]}, "teams.1.team_id"),
        ({"permissions": ["user.create", "ticket.reply"]}, "permissions.1"),
        ({"password": "a new one"}, "password"),
        ({"id": 7}, "id"),
    ],
)
def test_what_no_agent_can_have_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.staff("dora").patch(f"/staff/{CHARLIE}", body)
    assert (answer.status, answer.fields) == (422, [field])


def test_a_user_name_and_an_address_are_given_once(api: Api) -> None:
    dora = api.staff("dora")
    alice = dora.get(f"/staff/{ALICE}").data
    taken = dora.post("/staff", {**ERIN, "username": "ALICE", "email": alice["email"].upper()})
    assert (taken.status, taken.fields) == (409, ["username", "email"])
    assert {error["detail"]["staff"]["id"] for error in taken.errors} == {ALICE}
    (mailbox,) = api.rows(select(t.email.c.email).limit(1))
    system = dora.patch(f"/staff/{BOB}", {"email": mailbox.email})
    assert (system.status, system.errors[0]["code"]) == (409, "system_email")
    assert dora.patch(f"/staff/{ALICE}", {"username": "Alice"}).data["username"] == "Alice"


def test_a_department_or_role_out_of_use_is_not_chosen_but_kept(api: Api) -> None:
    def retire(tx: Write) -> None:
        tx.change(t.department.update().where(t.department.c.id == BILLING).values(flags=0))
        tx.change(t.role.update().where(t.role.c.id == ALL_ACCESS).values(flags=0))

    api.write(retire)
    dora = api.staff("dora")
    refused = dora.patch(f"/staff/{BOB}", {"department_id": BILLING, "role_id": ALL_ACCESS})
    assert (refused.status, refused.fields) == (422, ["department_id", "role_id"])
    kept = dora.patch(f"/staff/{CHARLIE}", {"department_id": BILLING, "role_id": ALL_ACCESS, "on_vacation": True})
    assert kept.status == 200, kept.errors


def test_only_what_is_given_changes(api: Api) -> None:
    dora = api.staff("dora")
    before = dora.get(f"/staff/{BOB}").data
    after = dora.patch(f"/staff/{BOB}", {"phone": "5550001", "phone_extension": "7", "notes": "<b>n</b>"}).data
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"phone", "phone_extension", "notes", "updated_at"}
    cleared = dora.request("PUT", f"/staff/{BOB}", json={"phone": None, "phone_extension": None}).data
    assert (cleared["phone"], cleared["phone_extension"], cleared["notes"]) == (None, None, "<b>n</b>")


def test_lists_are_given_as_a_whole(api: Api) -> None:
    dora = api.staff("dora")
    access = [{"department_id": SALES, "role_id": VIEW_ONLY}, {"department_id": BILLING, "role_id": ALL_ACCESS}]
    dora.patch(f"/staff/{ALICE}", {"departments": access, "teams": [{"team_id": 2, "alerts": False}]})
    rest = dora.patch(f"/staff/{ALICE}", {"departments": [{**access[0], "alerts": False}]}).data
    assert [(each["department"]["id"], each["alerts"]) for each in rest["departments"]] == [(SALES, False)]
    assert [(each["id"], each["alerts"]) for each in rest["teams"]] == [(2, False)]
    none = dora.patch(f"/staff/{ALICE}", {"departments": [], "teams": [], "permissions": []}).data
    assert (none["departments"], none["teams"], none["permissions"]) == ([], [], [])
    assert _row(api, ALICE).permissions is None


def test_access_besides_ends_where_the_department_becomes_the_primary_one(api: Api) -> None:
    dora = api.staff("dora")
    dora.patch(f"/staff/{BOB}", {"departments": [{"department_id": SALES, "role_id": ALL_ACCESS}]})
    moved = dora.patch(f"/staff/{BOB}", {"department_id": SALES}).data
    assert (moved["department"]["id"], moved["departments"]) == (SALES, [])


def test_keys_of_plugins_may_stay(api: Api) -> None:
    def plug(tx: Write) -> None:
        tx.change(t.staff.update().where(t.staff.c.staff_id == BOB).values(permissions='{"plugin.shine":1}'))

    api.write(plug)
    dora = api.staff("dora")
    assert dora.patch(f"/staff/{BOB}", {"permissions": ["plugin.shine", "user.edit"]}).status == 200
    assert dora.patch(f"/staff/{CHARLIE}", {"permissions": ["plugin.shine"]}).fields == ["permissions.0"]


def test_the_json_that_osticket_keeps_about_an_agent_stays(api: Api) -> None:
    def choose(tx: Write) -> None:
        tx.change(t.staff.update().where(t.staff.c.staff_id == BOB).values(extra='{"avatar":"7"}'))

    api.write(choose)
    answer = api.staff("dora").patch(f"/staff/{BOB}", {"keeps_role_when_assigned": False})
    assert answer.data["keeps_role_when_assigned"] is False
    assert json.loads(_row(api, BOB).extra) == {"avatar": "7", "def_assn_role": False}


def test_a_locked_agent_is_out_everywhere_for_good(api: Api) -> None:
    session = _login(api, "alice", PASSWORD)
    alice = {"Authorization": f"Bearer {session.data['access_token']}"}
    assert api.anonymous().get("/staff/me", headers=alice).status == 200
    api.staff("dora").patch(f"/staff/{ALICE}", {"is_active": False})
    assert api.anonymous().get("/staff/me", headers=alice).status == 401
    assert _login(api, "alice", PASSWORD).status == 401
    api.staff("dora").patch(f"/staff/{ALICE}", {"is_active": True})
    assert api.anonymous().get("/staff/me", headers=alice).status == 401
    assert _refresh(api, session) == 401
    assert _login(api, "alice", PASSWORD).status == 200


def test_rights_that_are_taken_are_gone_at_once(api: Api) -> None:
    admin, dora = api.staff("admin"), api.staff("dora")
    assert dora.patch(f"/staff/{BOB}", {"notes": "seen"}).status == 200
    admin.patch(f"/staff/{DORA}", {"is_admin": False})
    assert dora.patch(f"/staff/{BOB}", {"notes": "not any more"}).status == 403


@pytest.mark.parametrize("body", [{"is_active": False}, {"is_admin": False}])
def test_administrators_do_not_remove_themselves(api: Api, body: dict[str, Any]) -> None:
    answer = api.staff("dora").patch(f"/staff/{DORA}", body)
    assert (answer.status, answer.errors[0]["code"], answer.fields) == (409, "oneself", list(body))
    assert api.staff("dora").delete(f"/staff/{DORA}").errors[0]["code"] == "oneself"


def test_the_last_administrator_stays(api: Api) -> None:
    """Whoever asks is an administrator too, unless another one has just taken that from them."""
    from osticket_api.access.loading import find_staff
    from osticket_api.errors import Conflict
    from osticket_api.features.staff.service.delete import delete_staff

    def demoted_asks(tx: Write) -> None:
        actor = find_staff(tx, DORA)
        assert actor is not None
        tx.change(t.staff.update().where(t.staff.c.staff_id == DORA).values(isadmin=False))
        row = tx.row(select(t.staff).where(t.staff.c.staff_id == ADMIN))
        assert row is not None
        with pytest.raises(Conflict, match="only active administrator"):
            delete_staff(tx, actor, row)

    api.write(demoted_asks)


def test_an_administrator_sets_a_password(api: Api) -> None:
    session = _login(api, "bob", PASSWORD)

    def leave_traces(tx: Write) -> None:
        tx.insert(t.session, session_id="abc", session_data=b"", user_id=str(BOB))
        tx.insert(t.config, namespace="pwreset", key="TOKEN", value=str(BOB))

    api.write(leave_traces)
    answer = api.staff("dora").post(f"/staff/{BOB}/password", {"password": "brand new", "must_change_password": True})
    assert (answer.status, answer.data["must_change_password"]) == (200, True)
    assert answer.data["password_changed_at"] is not None
    assert (_login(api, "bob", PASSWORD).status, _login(api, "bob", "brand new").status) == (401, 200)
    assert _refresh(api, session) == 401
    assert api.rows(select(t.session.c.user_id).where(t.session.c.user_id == str(BOB))) == []
    assert api.rows(select(t.config.c.id).where(t.config.c.namespace == "pwreset")) == []
    weak = api.staff("dora").post(f"/staff/{BOB}/password", {"password": "abc"})
    assert (weak.status, weak.fields) == (422, ["password"])


def test_a_password_kept_elsewhere_is_not_set_here(api: Api) -> None:
    dora = api.staff("dora")
    assert dora.patch(f"/staff/{BOB}", {"backend": "ldap.p1i2"}).data["backend"] == "ldap.p1i2"
    answer = dora.post(f"/staff/{BOB}/password", {"password": "brand new"})
    assert (answer.status, answer.errors[0]["code"]) == (409, "other_backend")
    own_try = api.staff("bob").patch("/staff/me", {"password": "brand new", "current_password": PASSWORD})
    assert (own_try.status, own_try.errors[0]["code"]) == (409, "other_backend")


def _set_address(api: Api, url: str) -> None:
    def unit(tx: Write) -> None:
        tx.change(t.config.update().where(t.config.c.key == "helpdesk_url").values(value=url))

    api.write(unit)


def test_an_agent_without_a_password_chooses_one_by_a_link_that_osticket_takes(api: Api) -> None:
    _set_address(api, "https://help.example/support/")
    dora = api.staff("dora")
    erin = dora.post("/staff", ERIN).data["id"]
    answer = dora.post(f"/staff/{erin}/password-reset")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    page, _, token = answer.data["url"].partition("?token=")
    assert page == "https://help.example/support/scp/pwreset.php"
    (row,) = api.rows(select(t.config.c.key, t.config.c.value).where(t.config.c.namespace == "pwreset"))
    assert (row.key, row.value) == (unquote(token), str(erin))
    dora.post(f"/staff/{erin}/password", {"password": "brand new"})
    assert api.rows(select(t.config.c.key).where(t.config.c.namespace == "pwreset")) == []


def test_a_reset_link_is_refused_where_it_would_be_worthless(api: Api) -> None:
    dora = api.staff("dora")
    _set_address(api, "")
    assert dora.post(f"/staff/{BOB}/password-reset").status == 501
    _set_address(api, "https://help.example")
    dora.patch(f"/staff/{BOB}", {"is_active": False})
    assert dora.post(f"/staff/{BOB}/password-reset").errors[0]["code"] == "locked"
    dora.patch(f"/staff/{ALICE}", {"backend": "ldap"})
    assert dora.post(f"/staff/{ALICE}/password-reset").errors[0]["code"] == "other_backend"
    assert api.staff("alice").post(f"/staff/{CHARLIE}/password-reset").status == 403
    assert api.rows(select(t.config.c.key).where(t.config.c.namespace == "pwreset")) == []


def _leave_everything_to_alice(tx: Write) -> None:
    now = tx.now
    tx.change(t.department.update().where(t.department.c.id == SUPPORT).values(manager_id=ALICE))
    tx.change(t.team.update().where(t.team.c.team_id == 1).values(lead_id=ALICE))
    tx.change(t.help_topic.update().where(t.help_topic.c.topic_id == 1).values(staff_id=ALICE))
    tx.change(t.task.update().values(staff_id=ALICE))
    lock = tx.insert(t.lock, staff_id=ALICE, expire=now, code="x", created=now)
    tx.change(t.ticket.update().where(t.ticket.c.ticket_id == 1).values(lock_id=lock))
    tx.insert(t.thread_referral, thread_id=2, object_id=ALICE, object_type="S", created=now)
    tx.insert(t.filter_action, filter_id=1, type="agent", configuration=f'{{"staff_id":"{ALICE}"}}', updated=now)
    tx.insert(t.filter_action, filter_id=1, type="agent", configuration=f'{{"staff_id":"{BOB}"}}', updated=now)
    tx.insert(t.note, staff_id=ALICE, ext_id="U1", body="<p>Nice</p>", created=now, updated=now)
    tx.insert(t.draft, staff_id=ALICE, namespace="ticket.response.1", body="half")
    tx.insert(t.config, namespace=f"staff.{ALICE}", key="datetime_format", value="relative")
    mine = tx.insert(t.queue, staff_id=ALICE, flags=0, title="Mine", config="[]", created=now, updated=now)
    tx.insert(t.queue, staff_id=ALICE, flags=1, title="Ours", config="[]", created=now, updated=now)
    tx.insert(t.queue_columns, queue_id=mine, column_id=1, staff_id=0)
    tx.insert(t.queue_config, queue_id=1, staff_id=ALICE, setting="{}", updated=now)
    tx.insert(
        own.api_credential, name="k", key_hash="h" * 64, prefix="ok", permissions="[]", staff_id=ALICE, created_at=now
    )


def test_a_deleted_agent_leaves_nothing_dangling(api: Api) -> None:
    session = _login(api, "alice", PASSWORD)
    written = api.rows(select(t.thread_entry.c.id).where(t.thread_entry.c.staff_id == ALICE))
    assert written
    api.write(_leave_everything_to_alice)
    answer = api.staff("dora").delete(f"/staff/{ALICE}")
    assert answer.status == 204, answer.errors
    history = {"thread_event"}
    for table in t.metadata.tables.values():
        for name in ("staff_id", "manager_id", "lead_id"):
            if name in table.c and table.name.removeprefix("ost_") not in history:
                assert api.rows(select(table).where(table.c[name] == ALICE)) == [], table.name
    referred = select(t.thread_referral.c.object_id).where(t.thread_referral.c.object_type == "S")
    assert ALICE not in {row.object_id for row in api.rows(referred)}
    assert api.rows(select(t.organization.c.manager).where(t.organization.c.manager == f"s{ALICE}")) == []
    agents = api.rows(select(t.filter_action.c.configuration).where(t.filter_action.c.type == "agent"))
    assert [row.configuration for row in agents] == [f'{{"staff_id":"{BOB}"}}']
    assert [row.title for row in api.rows(select(t.queue.c.title).where(t.queue.c.title.in_(("Mine", "Ours"))))] == [
        "Ours"
    ]
    (key,) = api.rows(select(own.api_credential.c.revoked_at))
    assert key.revoked_at is not None
    posters = api.rows(select(t.thread_entry.c.poster).where(t.thread_entry.c.id.in_([row.id for row in written])))
    assert {row.poster for row in posters} == {"Alice Archer"}
    assert _refresh(api, session) == 401
    assert api.staff_id(ALICE).get("/staff/me").status == 401


def test_tickets_of_a_deleted_agent_are_read_on(api: Api) -> None:
    tickets = api.staff("alice").get(f"/staff/{ALICE}/tickets").data
    api.staff("dora").delete(f"/staff/{ALICE}")
    for ticket in tickets:
        answer = api.staff("dora").get(f"/tickets/{ticket['id']}?include=thread")
        assert (answer.status, answer.data["staff"]) == (200, None)


def test_a_dry_run_tells_which_fields_change_and_no_secret(api: Api) -> None:
    dora = api.staff("dora")
    answer = dora.post(f"/staff/{BOB}/password?dry_run=true", {"password": "brand new"})
    assert answer.data["effects"] == [{"kind": "staff", "id": BOB, "changed": ["password", "password_changed_at"]}]
    assert _login(api, "bob", PASSWORD).status == 200
    assert dora.delete(f"/staff/{BOB}?dry_run=true").data["effects"] == [{"kind": "staff", "id": BOB, "deleted": True}]
    assert dora.get(f"/staff/{BOB}").status == 200


def test_an_agent_changed_since_it_was_read_stays(api: Api) -> None:
    dora = api.staff("dora")
    tag = dora.get(f"/staff/{BOB}").headers["etag"]
    assert dora.patch(f"/staff/{BOB}", {"on_vacation": True}, headers={"If-Match": tag}).status == 200
    assert dora.patch(f"/staff/{BOB}", {"on_vacation": False}, headers={"If-Match": tag}).status == 412
    assert dora.delete(f"/staff/{BOB}", headers={"If-Match": tag}).status == 412
    assert dora.delete("/staff/99").status == 404


def test_agents_are_set_up_by_administrators(api: Api) -> None:
    alice = api.staff("alice")
    answers = (
        alice.post("/staff", ERIN),
        alice.patch(f"/staff/{ALICE}", {"is_admin": True}),
        alice.delete(f"/staff/{BOB}"),
        alice.post(f"/staff/{BOB}/password", {"password": "brand new"}),
    )
    assert [answer.status for answer in answers] == [403, 403, 403, 403]


def test_internal_matters_are_told_to_whom_they_concern(api: Api) -> None:
    private = {"must_change_password", "password_changed_at"}
    internal = {"backend", "notes"}
    assert not (private | internal) & api.staff("alice").get(f"/staff/{BOB}").data.keys()
    mine = api.staff("bob").get(f"/staff/{BOB}").data.keys()
    assert private | {"preferences"} <= mine
    assert not internal & mine
    seen = api.staff("dora").get(f"/staff/{BOB}").data.keys()
    assert private | internal <= seen
    assert "preferences" not in seen
