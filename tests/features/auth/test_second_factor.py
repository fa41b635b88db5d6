"""Signing in with a second factor, setting one up, and taking it away."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from osticket_api.db import tables as t
from osticket_api.db.secrets import Secret
from osticket_api.db.tables import own
from osticket_api.db.tables.own_mail import api_mail_occasion
from osticket_api.embedded import DEMO_PASSWORD
from tests.features.auth.sign_ins import HandClock, caller, code, refresh, sign_in
from tests.features.auth.test_service import id_of, set_config, set_staff
from tests.fixtures.api import Answer, Api, Caller, running_api
from tests.fixtures.templates import Template

SECRET = "JBSWY3DPEHPK3PXP"
"""As short as osTicket's plugin makes them."""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def desk(demo: Template, tmp_path: Path, clock: HandClock) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, clock=clock, mail="store") as api:
        yield api


def use_authenticator(desk: Api, username: str = "bob", stored: str | None = None) -> None:
    """As osTicket's panel sets it up."""
    namespace = f"staff.{id_of(desk, username)}"
    stored = stored or json.dumps({"config": {"key": SECRET, "external2fa": True}})
    set_config(desk, "auth.agent", stored, namespace)
    set_config(desk, "default_2fa", "auth.agent", namespace)


def use_mail(desk: Api, username: str = "bob") -> None:
    set_config(desk, "default_2fa", "2fa-email", f"staff.{id_of(desk, username)}")


class Authenticator(pyotp.TOTP):
    min_secret_length_bits = 80


def shown(clock: HandClock, secret: str = SECRET, seconds: int = 0) -> str:
    """What an authenticator shows."""
    return Authenticator(secret).at(clock.now + timedelta(seconds=seconds))


def mailed(desk: Api) -> str:
    """The code of the newest mail."""
    rows = desk.rows(select(api_mail_occasion.c.facts).order_by(api_mail_occasion.c.id.desc()))
    facts = json.loads(desk.database.vault.open(rows[0].facts, Secret.mail))
    assert facts["page"] == "email2fa-staff"
    return str(facts["otp"])


def challenge(answer: Answer) -> dict[str, Any]:
    assert code(answer) == (401, "two_factor_required")
    detail: dict[str, Any] = answer.errors[0]["detail"]
    return detail


def answered(desk: Api, token: str, digits: str) -> Answer:
    return desk.anonymous().post("/auth/two-factor", {"challenge": token, "code": digits})


def another(digits: str) -> str:
    return str((int(digits) + 1) % 1_000_000).zfill(6)


def test_code_of_the_authenticator_finishes_the_sign_in(desk: Api, clock: HandClock) -> None:
    use_authenticator(desk)
    asked = challenge(sign_in(desk, "bob"))
    assert {**asked, "challenge": ""} == {"challenge": "", "method": "totp", "methods": ["totp"], "expires_in": 360}
    done = answered(desk, asked["challenge"], shown(clock))
    assert caller(desk, done).get("/auth/me").data["username"] == "bob"
    assert refresh(desk, done.data["refresh_token"]).status == 200


def test_password_that_has_grown_too_old_must_be_changed_after_the_second_factor_too(
    desk: Api, clock: HandClock
) -> None:
    use_authenticator(desk)
    set_config(desk, "passwd_reset_period", "1")
    set_staff(desk, "bob", passwdreset=clock.now - timedelta(days=60))
    done = answered(desk, challenge(sign_in(desk, "bob"))["challenge"], shown(clock))
    assert done.data["password_change_required"] is True


def test_key_that_is_stored_bare_is_read_too(desk: Api, clock: HandClock) -> None:
    use_authenticator(desk, stored=SECRET)
    assert answered(desk, challenge(sign_in(desk, "bob"))["challenge"], shown(clock)).status == 200


@pytest.mark.parametrize(("seconds", "status"), [(-60, 401), (-30, 200), (30, 200), (60, 401)])
def test_clock_of_the_authenticator_may_be_half_a_minute_off(
    desk: Api, clock: HandClock, seconds: int, status: int
) -> None:
    use_authenticator(desk)
    token = challenge(sign_in(desk, "bob"))["challenge"]
    assert answered(desk, token, shown(clock, seconds=seconds)).status == status


def test_no_code_is_good_twice(desk: Api, clock: HandClock) -> None:
    use_authenticator(desk)
    first, second = (challenge(sign_in(desk, "bob"))["challenge"] for _ in range(2))
    digits = shown(clock)
    assert answered(desk, first, digits).status == 200
    assert code(answered(desk, first, digits)) == (401, "challenge_invalid")
    assert code(answered(desk, second, digits)) == (401, "wrong_code")
    assert code(answered(desk, second, shown(clock, seconds=-30))) == (401, "wrong_code")
    assert answered(desk, second, shown(clock, seconds=30)).status == 200


def test_codes_of_one_agent_leave_those_of_another_used(desk: Api, clock: HandClock) -> None:
    for username in ("alice", "bob"):
        use_authenticator(desk, username)

    def enter(username: str, digits: str) -> int:
        return answered(desk, challenge(sign_in(desk, username))["challenge"], digits).status

    assert enter("alice", shown(clock, seconds=30)) == 200
    assert [enter("bob", shown(clock, seconds=seconds)) for seconds in (-30, 0)] == [200, 200]
    assert enter("alice", shown(clock, seconds=30)) == 401


def test_mailed_code_finishes_the_sign_in(desk: Api) -> None:
    use_mail(desk)
    asked = challenge(sign_in(desk, "bob"))
    assert (asked["method"], asked["sent_to"][:4]) == ("email", "b***")
    digits = mailed(desk)
    assert len(digits) == 6
    assert digits[0] != "0"
    assert caller(desk, answered(desk, asked["challenge"], digits)).get("/tickets").status == 200
    assert code(answered(desk, asked["challenge"], digits)) == (401, "challenge_invalid")


def test_mailed_code_is_good_for_its_own_challenge_only(desk: Api) -> None:
    use_mail(desk)
    first = challenge(sign_in(desk, "bob"))["challenge"]
    digits = mailed(desk)
    second = challenge(sign_in(desk, "bob"))["challenge"]
    assert digits == mailed(desk) or code(answered(desk, second, digits)) == (401, "wrong_code")
    assert answered(desk, first, digits).status == 200


def test_mailed_code_is_good_for_six_minutes(desk: Api, clock: HandClock) -> None:
    use_mail(desk)
    token = challenge(sign_in(desk, "bob"))["challenge"]
    clock.now += timedelta(minutes=6)
    assert code(answered(desk, token, mailed(desk))) == (401, "challenge_invalid")


def test_challenge_is_over_after_three_wrong_codes(desk: Api) -> None:
    use_mail(desk)
    token = challenge(sign_in(desk, "bob"))["challenge"]
    digits = mailed(desk)
    assert [code(answered(desk, token, another(digits)))[1] for _ in range(3)] == ["wrong_code"] * 3
    assert code(answered(desk, token, digits)) == (401, "challenge_invalid")


def test_guessing_codes_locks_the_account_however_many_challenges_there_are(desk: Api, clock: HandClock) -> None:
    use_authenticator(desk)
    wrong = another(shown(clock))
    tokens = [challenge(sign_in(desk, "bob"))["challenge"] for _ in range(3)]
    codes = [code(answered(desk, token, wrong))[1] for token in tokens for _ in range(2)]
    assert codes == ["wrong_code"] * 5 + ["login_locked"]
    assert answered(desk, tokens[2], shown(clock)).status == 429


def test_wrong_codes_and_current_passwords_are_told_with_the_name_of_the_account(desk: Api, clock: HandClock) -> None:
    """Whoever is asked for a code has the password: nothing is more worth knowing."""
    use_authenticator(desk)
    for _ in range(2):
        first = challenge(sign_in(desk, "bob"))
        for _ in range(3):
            answered(desk, first["challenge"], another(shown(clock)))
    uma = desk.user("uma")
    for _ in range(3):
        uma.patch("/users/me", {"password": "another password", "current_password": "wrong"})
    refused = [entry["changes"][0] for entry in desk.staff("dora").get("/audit-log?outcome=refused").data]
    bob, me = f"staff:{id_of(desk, 'bob')}", f"user:{uma.get('/auth/me').data['id']}"
    assert [(each["account"], each["guessed"], each["code"]) for each in reversed(refused)] == [
        *[(bob, "second factor", "sign_in_refused")] * 4,
        (bob, "second factor", "locked_out"),
        *[(me, "password", "sign_in_refused")] * 3,
    ]
    logged = desk.rows(select(t.syslog.c.title, t.syslog.c.log).order_by(t.syslog.c.log_id))
    assert [(row.title, row.log.partition(" IP")[0]) for row in logged] == [
        ("Failed agent login attempt (bob)", "Username: bob"),
        ("Excessive login attempts (bob)", "Username: bob"),
        ("Failed login attempt (user)", "Username: uma"),
    ]


def test_no_mailbox_is_flooded_with_codes(desk: Api) -> None:
    use_mail(desk)
    answers = [code(sign_in(desk, "bob")) for _ in range(6)]
    assert answers == [(401, "two_factor_required")] * 5 + [(429, "too_many_codes")]


@pytest.mark.parametrize("secret", ["", "not base32!", "1"])
def test_second_factor_that_cannot_be_asked_for_is_not_skipped(desk: Api, secret: str) -> None:
    namespace = f"staff.{id_of(desk, 'bob')}"
    set_config(desk, "auth.agent", json.dumps({"config": {"key": secret}}), namespace)
    for backend in ("auth.agent", "2fa-of-a-plugin"):
        set_config(desk, "default_2fa", backend, namespace)
        answer = sign_in(desk, "bob")
        assert code(answer) == (401, "two_factor_required")
        assert "detail" not in answer.errors[0]


def test_without_mail_no_code_is_asked_for(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, mail="off") as desk:
        use_mail(desk)
        answer = sign_in(desk, "bob")
        assert code(answer) == (401, "two_factor_required")
        assert "detail" not in answer.errors[0]


def enrol(session: Caller, method: str, password: str = DEMO_PASSWORD) -> Answer:
    return session.post("/auth/two-factor/enrolment", {"method": method, "current_password": password})


def confirm(session: Caller, token: str, digits: str) -> Answer:
    return session.post("/auth/two-factor/confirm", {"challenge": token, "code": digits})


def test_agent_sets_up_an_authenticator_where_osticket_reads_it(desk: Api, clock: HandClock) -> None:
    first, elsewhere = sign_in(desk, "bob").data, sign_in(desk, "bob").data
    session = Caller(desk, {"Authorization": f"Bearer {first['access_token']}"})
    begun = enrol(session, "totp")
    secret = begun.data["secret"]
    assert pyotp.parse_uri(begun.data["otpauth_url"]).secret == secret
    assert session.get("/auth/two-factor").data == {"method": None, "passkeys": 0, "is_required": False}
    assert confirm(session, begun.data["challenge"], another(shown(clock, secret))).status == 422
    done = confirm(session, begun.data["challenge"], shown(clock, secret))
    assert done.data == {"method": "totp", "passkeys": 0, "is_required": False}
    config = t.config.c
    rows = desk.rows(select(config.key, config.value).where(config.namespace == f"staff.{id_of(desk, 'bob')}"))
    stored = {row.key: row.value for row in rows}
    assert stored["default_2fa"] == "auth.agent"
    assert json.loads(stored["auth.agent"]) == {
        "config": {"key": secret, "external2fa": True},
        "verified": int(clock.now.timestamp()),
    }
    assert refresh(desk, first["refresh_token"]).status == 200
    assert refresh(desk, elsewhere["refresh_token"]).status == 401
    token = challenge(sign_in(desk, "bob"))["challenge"]
    assert code(answered(desk, token, shown(clock, secret))) == (401, "wrong_code")
    assert answered(desk, token, shown(clock, secret, seconds=30)).status == 200


def test_agent_sets_up_codes_by_mail_and_takes_them_away(desk: Api) -> None:
    session = caller(desk, sign_in(desk, "bob"))
    begun = enrol(session, "email")
    assert confirm(session, begun.data["challenge"], mailed(desk)).data["method"] == "email"
    challenge(sign_in(desk, "bob"))
    removal = {"current_password": DEMO_PASSWORD}
    assert code(session.post("/auth/two-factor/remove", {"current_password": "wrong"})) == (422, "wrong_password")
    set_config(desk, "require_agent_2fa", "1")
    assert code(session.post("/auth/two-factor/remove", removal)) == (409, "two_factor_demanded")
    set_config(desk, "require_agent_2fa", "0")
    assert session.post("/auth/two-factor/remove", removal).status == 204
    assert sign_in(desk, "bob").status == 200


def test_setting_up_needs_the_password_and_one_s_own_challenge(desk: Api, clock: HandClock) -> None:
    bob, alice = caller(desk, sign_in(desk, "bob")), caller(desk, sign_in(desk, "alice"))
    assert code(enrol(bob, "totp", "wrong")) == (422, "wrong_password")
    begun = enrol(bob, "totp").data
    digits = shown(clock, begun["secret"])
    assert confirm(alice, begun["challenge"], digits).status == 409
    assert code(answered(desk, begun["challenge"], digits)) == (401, "challenge_invalid")
    assert confirm(bob, begun["challenge"], digits).status == 200


def test_setting_up_ends_all_other_sign_ins(desk: Api, clock: HandClock) -> None:
    bob, elsewhere = caller(desk, sign_in(desk, "bob")), caller(desk, sign_in(desk, "bob"))
    begun = enrol(bob, "totp").data
    assert elsewhere.get("/auth/me").status == 200
    assert confirm(bob, begun["challenge"], shown(clock, begun["secret"])).status == 200
    assert elsewhere.get("/auth/me").status == 401
    assert bob.get("/auth/me").status == 200


def test_key_of_an_agent_sets_up_nothing(desk: Api) -> None:
    dora = desk.staff("dora")
    body = {"name": "shop", "staff_id": id_of(desk, "bob"), "permissions": ["admin", "staff.read"]}
    key = desk.key(dora.post("/api-keys", body).data["key"])
    assert enrol(key, "totp").status == 403
    assert key.post("/auth/two-factor/remove", {"current_password": DEMO_PASSWORD}).status == 403


def test_where_all_agents_need_one_an_agent_without_can_only_set_it_up(desk: Api, clock: HandClock) -> None:
    set_config(desk, "require_agent_2fa", "1")
    session = caller(desk, sign_in(desk, "alice"))
    for refused in (session.get("/tickets"), session.get("/auth/me"), session.patch("/staff/me", {"phone": "1"})):
        assert code(refused) == (403, "two_factor_enrolment_required")
    begun = enrol(session, "totp").data
    assert confirm(session, begun["challenge"], shown(clock, begun["secret"])).data["is_required"] is True
    assert session.get("/tickets").status == 200
    assert sign_in(desk, "uma", kind="user").status == 200


def test_sign_in_from_before_the_second_factor_is_not_continued(desk: Api) -> None:
    session = sign_in(desk, "bob").data
    use_mail(desk)
    assert code(refresh(desk, session["refresh_token"])) == (401, "two_factor_required")


def test_administrator_takes_away_what_an_agent_has_lost(desk: Api) -> None:
    use_authenticator(desk)
    challenge(sign_in(desk, "bob"))
    path = f"/staff/{id_of(desk, 'bob')}/two-factor"
    assert desk.staff("alice").delete(path).status == 403
    assert desk.staff("dora").delete(path).status == 204
    assert sign_in(desk, "bob").status == 200
    assert desk.rows(select(own.api_challenge)) == []


def test_password_that_is_due_comes_before_the_second_factor_that_is_missing(desk: Api) -> None:
    set_config(desk, "require_agent_2fa", "1")
    path = f"/staff/{id_of(desk, 'bob')}"
    desk.write(lambda tx: tx.change(t.staff.update().where(t.staff.c.username == "bob").values(change_passwd=True)))
    session = caller(desk, sign_in(desk, "bob"))
    assert code(session.get(path)) == (403, "password_change_required")
    change = {"password": "quite-another-password", "current_password": DEMO_PASSWORD}
    assert session.patch("/staff/me", change).status == 200
    assert code(session.get(path)) == (403, "two_factor_enrolment_required")


def test_enrolment_is_over_after_three_wrong_codes(desk: Api, clock: HandClock) -> None:
    session = caller(desk, sign_in(desk, "bob"))
    begun = enrol(session, "totp").data
    digits = shown(clock, begun["secret"])
    assert {code(confirm(session, begun["challenge"], another(digits))) for _ in range(3)} == {(422, "wrong_code")}
    assert code(confirm(session, begun["challenge"], digits)) == (401, "challenge_invalid")


def test_code_of_a_second_factor_that_is_no_longer_the_agent_s_signs_nobody_in(desk: Api, clock: HandClock) -> None:
    """osTicket's panel changes it and knows nothing of challenges."""
    use_mail(desk)
    token, digits = challenge(sign_in(desk, "bob"))["challenge"], mailed(desk)
    use_authenticator(desk)
    assert code(answered(desk, token, shown(clock))) == (401, "wrong_code")
    assert code(answered(desk, token, digits)) == (401, "challenge_invalid")
    use_mail(desk)
    token, digits = challenge(sign_in(desk, "bob"))["challenge"], mailed(desk)
    set_config(desk, "default_2fa", "", f"staff.{id_of(desk, 'bob')}")
    assert code(answered(desk, token, digits)) == (401, "challenge_invalid")


def test_old_challenges_are_thrown_away(desk: Api, clock: HandClock) -> None:
    use_authenticator(desk)
    challenge(sign_in(desk, "bob"))
    clock.now += timedelta(minutes=16)
    challenge(sign_in(desk, "bob"))
    assert len(desk.rows(select(own.api_challenge))) == 2
    clock.now += timedelta(seconds=1)
    challenge(sign_in(desk, "bob"))
    assert len(desk.rows(select(own.api_challenge))) == 2
