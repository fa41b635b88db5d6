"""What people see of their sign-ins, and how they end them."""

from osticket_api.db.tables import own
from osticket_api.db.unit import Write
from tests.features.auth.sign_ins import caller, code, refresh, sign_in
from tests.fixtures.api import Api


def test_sign_ins_are_listed_with_device_and_address_newest_first(api: Api) -> None:
    first = sign_in(api, "bob", **{"User-Agent": "Old telephone"})
    second = sign_in(api, "bob", **{"User-Agent": "Browser"})
    sign_in(api, "alice")
    listed = caller(api, first).get("/auth/sessions?sort=-id")
    assert [(each["user_agent"], each["is_current"]) for each in listed.data] == [
        ("Browser", False),
        ("Old telephone", True),
    ]
    assert {each["ip"] for each in listed.data} == {"127.0.0.1"}
    assert listed.meta["total"] == 2
    assert all(each["last_used_at"] == each["created_at"] < each["expires_at"] for each in listed.data)
    assert caller(api, second).get("/auth/sessions?per_page=1&sort=id").data[0]["user_agent"] == "Old telephone"


def test_refreshing_moves_the_last_use(api: Api) -> None:
    began = sign_in(api, "bob")
    went_on = refresh(api, began.data["refresh_token"])
    (session,) = caller(api, went_on).get("/auth/sessions").data
    assert session["last_used_at"] >= session["created_at"]
    assert session["is_current"]


def test_one_sign_in_is_ended_and_no_other(api: Api) -> None:
    here, there = sign_in(api, "bob"), sign_in(api, "bob")
    bob = caller(api, here)
    (other,) = [each["id"] for each in bob.get("/auth/sessions").data if not each["is_current"]]
    assert bob.delete(f"/auth/sessions/{other}").status == 204
    assert caller(api, there).get("/auth/me").status == 401
    assert refresh(api, there.data["refresh_token"]).status == 401
    assert [each["is_current"] for each in bob.get("/auth/sessions").data] == [True]
    assert bob.delete(f"/auth/sessions/{other}").status == 404


def test_sign_ins_of_others_are_not_there(api: Api) -> None:
    """A user and an agent may have the same id."""
    (theirs,) = caller(api, sign_in(api, "uma", kind="user")).get("/auth/sessions").data
    for session in (sign_in(api, "dora"), sign_in(api, "ugo", kind="user")):
        assert code(caller(api, session).delete(f"/auth/sessions/{theirs['id']}")) == (404, "not_found")


def test_user_and_agent_of_one_id_have_their_own_sign_ins(api: Api) -> None:
    agent, user = sign_in(api, "bob"), sign_in(api, "ulf", kind="user")
    bob, ulf = caller(api, agent), caller(api, user)
    assert bob.get("/auth/me").data["id"] == ulf.get("/auth/me").data["id"]
    (of_bob,), (of_ulf,) = (each.get("/auth/sessions").data for each in (bob, ulf))
    assert of_bob["id"] != of_ulf["id"]
    assert ulf.delete(f"/auth/sessions/{of_bob['id']}").status == 404
    assert bob.post("/auth/logout?everywhere=true").status == 204
    assert ulf.get("/auth/me").status == 200


def test_signing_out_everywhere_ends_all_of_ones_own(api: Api) -> None:
    here, there, other = sign_in(api, "bob"), sign_in(api, "bob"), sign_in(api, "alice")
    assert caller(api, here).post("/auth/logout?everywhere=true").status == 204
    for ended in (here, there):
        assert caller(api, ended).get("/auth/me").status == 401
        assert refresh(api, ended.data["refresh_token"]).status == 401
    assert caller(api, other).get("/auth/me").status == 200


def test_ended_and_expired_sign_ins_are_not_listed(api: Api) -> None:
    def expire(tx: Write) -> None:
        tx.change(own.api_session.update().values(expires_at=tx.now))

    sign_in(api, "bob")
    api.write(expire)
    caller(api, sign_in(api, "bob")).post("/auth/logout")
    assert len(caller(api, sign_in(api, "bob")).get("/auth/sessions").data) == 1


def test_key_has_no_part_in_the_sign_ins_of_its_agent(api: Api) -> None:
    session = sign_in(api, "bob")
    bob = caller(api, session)
    staff_id = bob.get("/auth/me").data["id"]
    body = {"name": "k", "staff_id": staff_id, "permissions": ["ticket.reply"]}
    key = api.key(api.staff("dora").post("/api-keys", body).data["key"])
    (listed,) = bob.get("/auth/sessions").data
    assert code(key.get("/auth/sessions")) == (403, "forbidden")
    assert code(key.delete(f"/auth/sessions/{listed['id']}")) == (403, "forbidden")
    assert key.post("/auth/logout?everywhere=true").status == 204
    assert bob.get("/auth/me").status == 200
