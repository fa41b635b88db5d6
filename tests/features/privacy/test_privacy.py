"""What is held about a user is handed out as a whole, and goes when they are erased."""

import json
import stat
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from osticket_api.cli.main import typer_app
from osticket_api.db import tables as t
from osticket_api.db.tables.metadata import metadata, own_metadata
from osticket_api.db.unit import Write
from osticket_api.embedded import DEMO_PASSWORD
from osticket_api.errors import NotFound
from osticket_api.features.privacy.records import NOT_ABOUT_USERS, Records
from tests.features.auth.sign_ins import sign_in
from tests.fixtures.api import SIGNING_KEY, Api, Caller

SECRET_PLACE = "Secret Street 7"


def uma_of(api: Api) -> int:
    account = t.user_account.c
    return int(api.rows(select(account.user_id).where(account.username == "uma"))[0][0])


def live_as_uma(api: Api) -> Caller:
    """Let rows about uma come into as many tables as there are."""
    assert sign_in(api, "uma", DEMO_PASSWORD, "user").status == 200
    uma, dora = api.user("uma"), api.staff("dora")
    file_id = uma.request("POST", "/files", files={"file": ("../of uma.txt", b"in the file", "text/plain")}).data["id"]
    body = {
        "subject": "Mine",
        "message": f"<p>{SECRET_PLACE}</p>",
        "topic_id": 1,
        "attachments": [{"file_id": file_id}],
    }
    opened = uma.post("/tickets", body, headers={"Idempotency-Key": "uma-key"})
    assert opened.status == 201, opened.errors
    uma.post("/files", files={"file": ("left.txt", b"left", "text/plain")})
    dora.post(f"/users/{uma_of(api)}/notes", {"body": "<p>A note on uma</p>"})
    uma.post(f"/tickets/{opened.data['id']}/read")
    api.anonymous().post("/auth/forgot-password", {"username": "uma"})
    return dora


def export(api: Api, user_id: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    answer = api.staff("dora").get(f"/users/{user_id}/privacy/export")
    assert answer.status == 200, answer.content
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = [name for name in archive.namelist() if name != "data.json"]
        return json.loads(archive.read("data.json")), {name: archive.read(name) for name in names}


def everything(api: Api) -> str:
    """All rows of all tables but of the audit log."""
    tables = [*metadata.tables.values(), *own_metadata.tables.values()]
    names = {"ost_api_audit", "ost_file_chunk"}
    return repr([[list(row) for row in api.rows(select(each))] for each in tables if each.name not in names])


def test_every_table_of_ours_is_asked_or_known_to_hold_nothing_about_users() -> None:
    asked = {table.name.removeprefix("ost_") for table in Records(1, ("a@example.org",)).ours()}
    ours = {table.name.removeprefix("ost_") for table in own_metadata.tables.values()}
    assert asked | NOT_ABOUT_USERS == ours
    assert asked.isdisjoint(NOT_ABOUT_USERS)


def test_export_has_rows_and_files_and_no_secret(api: Api) -> None:
    live_as_uma(api)
    user_id = uma_of(api)
    data, files = export(api, user_id)
    tables = {name.removeprefix("ost_"): rows for name, rows in data["tables"].items()}
    for name in ("user", "user_email", "user_account", "note", "ticket", "thread_entry", "api_session", "api_upload"):
        assert tables[name], name
    assert any(SECRET_PLACE in str(entry["body"]) for entry in tables["thread_entry"])
    assert {b"in the file", b"left"} <= set(files.values())
    assert not any(".." in name or name.count("/") != 1 for name in files)
    text = json.dumps(data)
    hashes = api.rows(select(t.user_account.c.passwd).where(t.user_account.c.user_id == user_id))
    links = api.rows(select(t.config.c.key).where(t.config.c.namespace == "pwreset"))
    assert links
    for secret in (*(row.passwd for row in hashes), *(row.key for row in links), "sealed:", "uma-key"):
        assert secret not in text
    (entry,) = api.staff("dora").get("/audit-log?target=/api/v2/users/").data[:1]
    assert entry["changes"][0]["kind"] == "privacy_export"


def test_nobody_else_is_exported(api: Api) -> None:
    live_as_uma(api)
    ugo = int(api.rows(select(t.user_account.c.user_id).where(t.user_account.c.username == "ugo"))[0][0])
    data, files = export(api, ugo)
    assert SECRET_PLACE not in json.dumps(data["tables"]["ost_user"] + data["tables"]["ost_ticket"])
    assert files == {}
    assert api.staff("dora").get("/users/9999/privacy/export").status == 404


def test_preview_counts_and_changes_nothing(api: Api) -> None:
    dora, user_id = live_as_uma(api), uma_of(api)
    before = dora.get(f"/users/{user_id}").data
    preview = dora.post(f"/users/{user_id}/privacy/erase?dry_run=true", {"mode": "delete"})
    assert preview.status == 200, preview.errors
    counts = {each["table"]: each["count"] for each in preview.data["effects"] if each["kind"] == "rows"}
    assert counts["ost_ticket"] >= 1
    assert dora.get(f"/users/{user_id}").data == before


def test_pseudonym_takes_the_place_of_the_person(api: Api) -> None:
    dora, user_id = live_as_uma(api), uma_of(api)
    address = dora.get(f"/users/{user_id}").data["email"]
    assert address in everything(api)
    erased = dora.post(f"/users/{user_id}/privacy/erase", {"mode": "pseudonymise"})
    assert erased.status == 200, erased.errors
    assert erased.data["rows"]["ost_user"] == 1
    assert dora.get(f"/users/{user_id}").data["name"] == f"Erased user {user_id}"
    assert sign_in(api, "uma", DEMO_PASSWORD, "user").status == 401
    data, _ = export(api, user_id)
    for entry in data["tables"]["ost_thread_entry"]:
        del entry["body"]
    assert {name for name, rows in data["tables"].items() if address in json.dumps(rows)} == set()
    for name in ("user_account", "note", "api_session", "api_upload", "api_read_mark", "api_outgoing_mail"):
        assert data["tables"][f"ost_{name}"] == [], name
    bodies = api.rows(select(t.thread_entry.c.body))
    assert any(SECRET_PLACE in str(row.body) for row in bodies)
    entry = next(each for each in dora.get("/audit-log").data if each["operation"].endswith("/erase"))
    assert entry["changes"][0]["kind"] == "privacy_erase"
    assert entry["changes"][0]["staff_id"] == dora.get("/auth/me").data["id"]
    assert address not in json.dumps(entry)


@pytest.mark.parametrize("mode", ["pseudonymise", "delete"])
def test_others_conversations_name_nobody_who_is_erased(api: Api, mode: str) -> None:
    """A recipient, somebody who joined, left or became the owner, and whom osTicket's portal names without an id."""
    dora, user_id = api.staff("dora"), uma_of(api)
    name, address = (dora.get(f"/users/{user_id}").data[each] for each in ("name", "email"))
    ugo = dora.get("/users?q=ugo").data[0]["id"]
    own, passing = (
        dora.post("/tickets", {"user_id": ugo, "subject": "x", "message": "y", "topic_id": 1}).data["id"] for _ in "12"
    )
    added = dora.post(f"/tickets/{own}/collaborators", {"user_id": user_id})
    assert added.status == 201, added.errors
    reply = dora.post(f"/tickets/{own}/reply", {"body": "to all", "reply_to": "all"})
    assert reply.status == 201, reply.errors
    assert dora.post(f"/tickets/{passing}/owner", {"user_id": user_id}).status == 200
    assert dora.post(f"/tickets/{passing}/owner", {"user_id": ugo}).status == 200
    thread = t.thread.c
    own_thread = api.rows(select(thread.id).where(thread.object_id == own, thread.object_type == "T"))[0].id

    def write_as_osticket(tx: Write) -> None:
        event = {"thread_id": own_thread, "thread_type": "T", "uid": None, "timestamp": tx.now}
        tx.insert(t.thread_event, **event, username=name, event_id=9)
        tx.insert(t.thread_event, **event, username=address, event_id=9)
        mail = {"thread_id": own_thread, "type": "M", "poster": "Ugo", "body": "by mail", "created": tx.now}
        tx.insert(
            t.thread_entry, **mail, recipients=f'{{"to":["help@desk.example"],"cc":["\\"{name}\\" <{address}>"]}}'
        )

    api.write(write_as_osticket)
    assert dora.delete(f"/tickets/{own}/collaborators/{added.data['id']}").status == 204
    assert dora.post(f"/tickets/{own}/collaborators", {"user_id": user_id}).status == 201

    def told() -> str:
        events = api.rows(select(t.thread_event.c.data, t.thread_event.c.username))
        recipients = api.rows(select(t.thread_entry.c.recipients))
        return repr([list(row) for row in (*events, *recipients)])

    assert told().count(name) >= 6
    assert told().count(address) >= 3
    assert dora.post(f"/users/{user_id}/privacy/erase", {"mode": mode}).status == 200
    assert name not in told()
    assert address not in told()
    assert told().count(f"Erased user {user_id}") >= 6
    assert "help@desk.example" in told()
    assert dora.get(f"/tickets/{own}/events").status == 200
    assert dora.get(f"/tickets/{own}/thread").status == 200


def test_delete_takes_the_tickets_too(api: Api) -> None:
    dora, user_id = live_as_uma(api), uma_of(api)
    erased = dora.post(f"/users/{user_id}/privacy/erase", {"mode": "delete"})
    assert erased.status == 200, erased.errors
    assert dora.get(f"/users/{user_id}").status == 404
    assert api.rows(select(t.ticket.c.ticket_id).where(t.ticket.c.user_id == user_id)) == []
    assert SECRET_PLACE not in everything(api)


@pytest.mark.parametrize("mode", ["", "shred", None])
def test_unknown_way_is_refused(api: Api, mode: Any) -> None:
    answer = api.staff("dora").post("/users/2/privacy/erase", {"mode": mode})
    assert (answer.status, answer.fields) == (422, ["mode"])


def test_commands_export_and_erase(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not api.database.is_sqlite:
        pytest.skip("the command is the same on every database")
    live_as_uma(api)
    user_id, output = str(uma_of(api)), tmp_path / "uma.zip"
    monkeypatch.chdir(tmp_path)
    environment = {"DB_DATABASE": str(api.database.url.database), "DATA_DIR": str(tmp_path), "JWT_SECRET": SIGNING_KEY}

    def run(*words: str) -> Result:
        return CliRunner().invoke(typer_app, ["privacy", *words], env=environment)

    exported = run("export", "--user", user_id, "--output", str(output))
    assert exported.exit_code == 0, exported.output
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert "data.json" in ZipFile(output).namelist()
    dora = str(api.staff("dora").get("/auth/me").data["id"])
    erase = ("erase", "--user", user_id, "--mode", "delete", "--staff", dora)
    assert "ost_ticket" in run(*erase, "--dry-run").output
    assert uma_of(api) == int(user_id)
    assert run(*erase, "--yes").exit_code == 0
    assert api.rows(select(t.user.c.id).where(t.user.c.id == int(user_id))) == []
    assert isinstance(run("export", "--user", "9999", "--output", str(output)).exception, NotFound)
    assert [path.name for path in tmp_path.glob(".export-*")] == []
    for command in (("erase", "--user", "2", "--mode", "delete"), ("retention", "--days", "1")):
        refused = run(*command, "--staff", "2", "--dry-run").exception
        assert str(refused) == "There is no active administrator 2"
