"""What the audit log has of changes and refusals, and how it shows that somebody tampered with it."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from osticket_api.audit import chain
from osticket_api.db import tables as t
from osticket_api.db.tables.own_audit import api_audit, api_audit_seal
from osticket_api.db.unit import Read
from osticket_api.embedded import DEMO_PASSWORD
from osticket_api.events.system_log import log
from osticket_api.kit.allowance import Allowance
from tests.features.auth.sign_ins import caller, refresh, sign_in
from tests.features.auth.test_service import id_of, set_config
from tests.fixtures.api import Api


def entries(api: Api, query: str = "") -> list[dict[str, Any]]:
    """The entries, newest first."""
    found: list[dict[str, Any]] = api.staff("dora").get(f"/audit-log?{query}").data
    return found


def change_of(entry: dict[str, Any], table: str, kind: str = "update") -> dict[str, Any]:
    return next(each for each in entry["changes"] if (each["table"], each["kind"]) == (table, kind))


def sealed(api: Api) -> None:
    while api.write(chain.seal):
        pass


def verdict(api: Api) -> chain.Verdict:
    def look(tx: Read) -> chain.Verdict:
        return chain.verify(tx)

    found: chain.Verdict = api.client.portal.call(api.database.read, look)  # type: ignore[union-attr]
    return found


def retitle(api: Api, name: str) -> str:
    """Change a row through the API. Returns the id of the request."""
    (row,) = api.rows(select(t.team.c.team_id).order_by(t.team.c.team_id).limit(1))
    answer = api.staff("dora").patch(f"/teams/{row.team_id}", {"name": name})
    assert answer.status == 200, answer.content
    return answer.headers["x-request-id"]


def test_change_is_told_with_who_whence_and_the_values_before_and_after(api: Api) -> None:
    (before,) = api.rows(select(t.team.c.team_id, t.team.c.name).order_by(t.team.c.team_id).limit(1))
    request = retitle(api, "Renamed")
    (entry,) = entries(api, f"request_id={request}")
    assert entry["actor"] == entry["through"] == f"staff:{id_of(api, 'dora')}"
    assert (entry["ip"], entry["outcome"]) == ("127.0.0.1", "done")
    assert entry["operation"] == "PATCH /api/v2/teams/{team}"
    assert entry["target"] == f"/api/v2/teams/{before.team_id}"
    change = change_of(entry, "team")
    assert change["row"] == str(before.team_id)
    assert (change["before"]["name"], change["after"]["name"]) == (before.name, "Renamed")


def test_dry_run_and_a_change_that_fails_leave_nothing(api: Api) -> None:
    before = len(entries(api))
    (row,) = api.rows(select(t.team.c.team_id).order_by(t.team.c.team_id).limit(1))
    api.staff("dora").patch(f"/teams/{row.team_id}?dry_run=true", {"name": "Tried"})
    assert api.staff("dora").patch(f"/teams/{row.team_id}", {"name": ""}).status == 422
    assert len(entries(api)) == before


def test_key_that_stands_for_an_agent_is_named(api: Api) -> None:
    body = {"name": "shop", "staff_id": id_of(api, "dora"), "permissions": ["admin", "settings.read"]}
    made = api.staff("dora").post("/api-keys", body).data
    (row,) = api.rows(select(t.team.c.team_id).order_by(t.team.c.team_id).limit(1))
    assert api.key(made["key"]).patch(f"/teams/{row.team_id}", {"name": "By key"}).status == 200
    assert entries(api)[0]["through"] == f"staff:{id_of(api, 'dora')} by key:{made['id']}"


def test_no_secret_is_in_the_log(api: Api) -> None:
    new_password = "quite-another-password"
    session = caller(api, sign_in(api, "bob"))
    key = api.staff("dora").post("/api-keys", {"name": "shop", "permissions": ["tickets.create"]}).data["key"]
    change = {"password": new_password, "current_password": DEMO_PASSWORD}
    assert session.patch("/staff/me", change).status == 200
    api.anonymous().post("/auth/forgot-password", {"username": "uma"})
    set_config(api, "passwd", "mailbox-password", "email.1.account.1")
    text = json.dumps(entries(api, "per_page=100"))
    hashes = [row.passwd for row in api.rows(select(t.staff.c.passwd)) if row.passwd]
    tokens = [row.key for row in api.rows(select(t.config.c.key).where(t.config.c.namespace == "pwreset"))]
    assert tokens
    for secret in (new_password, DEMO_PASSWORD, key, "mailbox-password", *hashes, *tokens):
        assert secret not in text
    assert "(secret)" in text


def test_refused_attempts_at_what_is_for_others_are_told(api: Api) -> None:
    answer = api.staff("bob").post("/teams", {"name": "Mine"})
    assert answer.status == 403
    (entry,) = entries(api, "outcome=refused")
    assert (entry["actor"], entry["status"]) == (f"staff:{id_of(api, 'bob')}", 403)
    assert entry["operation"] == "POST /api/v2/teams"
    assert entry["changes"][0]["code"] == "forbidden"
    assert api.staff("bob").get("/audit-log").status == 403
    assert entries(api, "outcome=refused")[0]["target"] == "/api/v2/audit-log"


def test_refused_sign_ins_and_lock_outs_are_told_without_what_was_typed(api: Api) -> None:
    for _ in range(6):
        sign_in(api, "bob", "wrong-secret", **{"X-Request-ID": "of-bob"})
    sign_in(api, "my-password-by-mistake", "wrong-secret")
    unknown, *refused = entries(api, "outcome=refused")
    bob = f"staff:{id_of(api, 'bob')}"
    told = [(each["code"], each["account"], each["tries"]) for entry in refused for each in entry["changes"]]
    assert told == [("locked_out", bob, 5), *(("sign_in_refused", bob, tries) for tries in (4, 3, 2, 1))]
    assert unknown["changes"][0]["account"] == "(no account)"
    assert {(entry["status"], entry["ip"], entry["request_id"]) for entry in refused} == {(401, "127.0.0.1", "of-bob")}
    assert {entry["operation"] for entry in refused} == {"POST /api/v2/auth/login"}
    text = json.dumps([unknown, *refused])
    assert "wrong-secret" not in text
    assert "by-mistake" not in text


def test_refresh_token_that_is_used_again_is_told(api: Api) -> None:
    stolen = sign_in(api, "bob").data["refresh_token"]
    tokens = refresh(api, refresh(api, stolen).data["refresh_token"]).data
    assert refresh(api, stolen).status == 401
    assert refresh(api, tokens["refresh_token"]).status == 401
    assert "refresh_token_reused" in [entry["changes"][0]["code"] for entry in entries(api, "outcome=refused")]


def test_flood_of_refusals_does_not_fill_the_log(api: Api) -> None:
    api.database.refused_sign_ins = Allowance(3, timedelta(hours=1))
    for name in ("uma", "ugo", "ulf", "bob", "charlie"):
        assert sign_in(api, name, "wrong").status == 401
    last, *before = entries(api, "outcome=refused")
    assert len(before) == 2
    assert last["changes"][0]["more_not_recorded"] is True
    assert api.staff("bob").post("/teams", {"name": "Mine"}).status == 403
    assert entries(api, "outcome=refused")[0]["operation"] == "POST /api/v2/teams"


def test_filters(api: Api) -> None:
    retitle(api, "One")
    api.staff("bob").post("/teams", {"name": "Mine"})
    dora = f"staff:{id_of(api, 'dora')}"
    assert {each["actor"] for each in entries(api, f"actor={dora}")} == {dora}
    assert all(each["target"].startswith("/api/v2/teams/") for each in entries(api, "target=/api/v2/teams/"))
    assert entries(api, "since=2999-01-01T00:00:00Z") == []
    assert entries(api, "ip=192.0.2.1") == []


def test_chain_of_untouched_entries_is_whole(api: Api) -> None:
    for name in ("One", "Two", "Three"):
        retitle(api, name)
        sealed(api)
    found = verdict(api)
    assert (found.faults, found.entries) == ([], len(api.rows(select(api_audit.c.id))))
    assert api.client.portal.call(api.database.read, chain.has_hash, found.head)  # type: ignore[union-attr]


def test_entry_that_was_changed_is_found(api: Api) -> None:
    retitle(api, "One")
    sealed(api)
    first = api.rows(select(api_audit.c.id))[0].id
    api.write(lambda tx: tx.change(update(api_audit).where(api_audit.c.id == first).values(actor="staff:1")))
    assert [fault for fault in verdict(api).faults if f"Entry {first} " in fault and "changed" in fault]


def test_entry_that_was_taken_out_is_found_with_its_seal_or_without(api: Api) -> None:
    for name in ("One", "Two", "Three"):
        retitle(api, name)
    sealed(api)
    seal = api.rows(select(api_audit_seal).order_by(api_audit_seal.c.position))[1]
    api.write(lambda tx: tx.change(delete(api_audit).where(api_audit.c.id == seal.audit_id)))
    assert verdict(api).faults == [f"Entry {seal.audit_id} at position 2 is missing."]
    api.write(lambda tx: tx.change(delete(api_audit_seal).where(api_audit_seal.c.position == 2)))
    assert "Positions 2 to 2 are missing." in verdict(api).faults


def test_entry_that_is_committed_late_is_sealed_all_the_same(api: Api) -> None:
    retitle(api, "One")
    early = api.rows(select(api_audit).order_by(api_audit.c.id))[-1]
    retitle(api, "Two")
    api.write(lambda tx: tx.change(delete(api_audit).where(api_audit.c.id == early.id)))
    sealed(api)
    api.write(lambda tx: tx.insert(api_audit, **early._asdict()))
    sealed(api)
    assert verdict(api).faults == []
    assert {row.id for row in api.rows(select(api_audit.c.id))} == {
        row.audit_id for row in api.rows(select(api_audit_seal.c.audit_id))
    }


def test_pruning_leaves_a_chain_that_is_whole_and_says_what_is_gone(api: Api) -> None:
    for name in ("One", "Two"):
        retitle(api, name)
    sealed(api)
    count = api.write(lambda tx: chain.prune(tx, tx.now + timedelta(days=1)))
    retitle(api, "Three")
    sealed(api)
    assert verdict(api).faults == []
    (entry,) = entries(api, "outcome=pruned")
    assert entry["changes"][0]["entries"] == count >= 2
    api.write(lambda tx: tx.change(delete(api_audit).where(api_audit.c.outcome == "pruned")))
    assert verdict(api).faults


def test_system_log_of_osticket_is_read(api: Api) -> None:
    api.write(lambda tx: log(tx, "Warning", "Something happened", "Look at it"))
    row = api.staff("dora").get("/system-log?severity=Warning&q=Something").data[0]
    assert (row["title"], row["text"], row["severity"]) == ("Something happened", "Look at it", "Warning")
    assert api.staff("dora").get("/system-log?severity=Error&q=Something").data == []


def test_entries_leave_as_json_lines_and_csv(api: Api) -> None:
    request = retitle(api, "One")
    dora = api.staff("dora")
    lines = dora.get("/audit-log", headers={"Accept": "application/jsonl"}).content.splitlines()
    assert request in [json.loads(line)["request_id"] for line in lines]
    assert request.encode() in dora.get("/audit-log", headers={"Accept": "text/csv"}).content
