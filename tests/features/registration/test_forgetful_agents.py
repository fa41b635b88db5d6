"""Agents who forgot their password."""

from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.tables.own_mail import api_outgoing_mail
from tests.features.auth.sign_ins import caller, code, sign_in
from tests.features.auth.test_service import id_of, set_config, set_staff
from tests.features.outgoing_mails.test_service import make
from tests.fixtures.api import Answer, Api


def tokens(api: Api, username: str = "bob") -> list[str]:
    config = t.config.c
    mine = (config.namespace == "pwreset", config.value == str(id_of(api, username)))
    return [row.key for row in api.rows(select(config.key).where(*mine))]


def forgot(api: Api, username: str = "bob") -> Answer:
    return api.anonymous().post("/auth/forgot-password", {"kind": "staff", "username": username})


def reset(api: Api, token: str, username: str = "bob", **more: str) -> Answer:
    body = {"kind": "staff", "username": username, "token": token, "password": "quite another", **more}
    return api.anonymous().post("/auth/reset-password", body)


def test_an_agent_chooses_another_password_by_the_link_in_the_mail(api: Api) -> None:
    before = sign_in(api, "bob").data["refresh_token"]
    assert forgot(api).status == 204
    make(api)
    templates = [row.template for row in api.rows(select(api_outgoing_mail.c.template))]
    assert templates == ["page:pwreset-staff"]
    (token,) = tokens(api)
    answer = reset(api, token)
    assert answer.status == 200
    assert answer.data["access_token"]
    assert sign_in(api, "bob").status == 401
    assert sign_in(api, "bob", "quite another").status == 200
    assert api.anonymous().post("/auth/refresh", {"refresh_token": before}).status == 401
    assert code(reset(api, token)) == (401, "token_invalid")
    assert "Agent Password Reset" in [row.title for row in api.rows(select(t.syslog.c.title))]


def test_who_asks_learns_nothing_and_gets_few_mails(api: Api) -> None:
    assert forgot(api, "nobody").status == 204
    set_staff(api, "charlie", isactive=False)
    assert forgot(api, "charlie").status == 204
    set_staff(api, "alice", backend="ldap.p1i1")
    assert forgot(api, "alice").status == 204
    for _ in range(5):
        assert forgot(api).status == 204
    assert [len(tokens(api, name)) for name in ("charlie", "alice", "bob")] == [0, 0, 3]


def test_a_link_is_good_for_its_own_agent_alone(api: Api) -> None:
    forgot(api)
    (token,) = tokens(api)
    assert code(reset(api, token, "alice")) == (401, "token_invalid")
    assert code(reset(api, token.swapcase())) == (401, "token_invalid")
    as_user = api.anonymous().post(
        "/auth/reset-password", {"username": "uma", "token": token, "password": "long enough"}
    )
    assert code(as_user) == (401, "token_invalid")
    missing = api.anonymous().post("/auth/reset-password", {"kind": "staff", "username": "bob", "token": token})
    assert missing.status == 422


def test_a_help_desk_may_not_offer_it(api: Api) -> None:
    set_config(api, "allow_pw_reset", "0")
    assert code(forgot(api)) == (403, "password_reset_closed")
    assert code(reset(api, "x")) == (403, "password_reset_closed")


def test_a_link_stands_for_the_password_alone(api: Api) -> None:
    forgot(api)
    (token,) = tokens(api)
    set_config(api, "default_2fa", "2fa-email", f"staff.{id_of(api, 'bob')}")
    answer = reset(api, token)
    assert code(answer) == (401, "two_factor_required")
    assert answer.errors[0]["detail"]["method"] == "email"
    assert code(sign_in(api, "bob", "quite another")) == (401, "two_factor_required")
    assert code(reset(api, token)) == (401, "token_invalid")


def test_a_second_factor_that_cannot_be_asked_for_leaves_the_password(api: Api) -> None:
    forgot(api)
    (token,) = tokens(api)
    set_config(api, "default_2fa", "of-a-plugin", f"staff.{id_of(api, 'bob')}")
    assert code(reset(api, token)) == (401, "two_factor_required")
    set_config(api, "default_2fa", "", f"staff.{id_of(api, 'bob')}")
    assert sign_in(api, "bob").status == 200


def test_who_must_set_up_a_second_factor_can_do_nothing_else_after_a_reset(api: Api) -> None:
    forgot(api)
    (token,) = tokens(api)
    set_config(api, "require_agent_2fa", "1")
    session = caller(api, reset(api, token))
    assert code(session.get("/tickets")) == (403, "two_factor_enrolment_required")
