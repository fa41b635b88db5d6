"""A signing key is changed, and nobody is signed out by it."""

from pathlib import Path
from typing import Any

import jwt
import pytest
from sqlalchemy import URL

from osticket_api.embedded import DEMO_PASSWORD
from tests.features.auth.test_browser_sessions import Browser, enter
from tests.fixtures.api import Api, Caller, running_api
from tests.fixtures.templates import Template

OLD, NEW = "the key of last year and long enough for it", "the key of this year and long enough for it"


class Given:
    """What one process gave: a token, one to refresh, a browser session, and the address of a file."""

    def __init__(self, api: Api) -> None:
        body = {"username": "alice", "password": DEMO_PASSWORD, "kind": "staff"}
        signed_in = api.anonymous().post("/auth/login", body).data
        self.token, self.refresh_token = signed_in["access_token"], signed_in["refresh_token"]
        self.browser = Browser(api, enter(api)).headers
        files = Caller(api, bearer(self.token)).get("/tickets/9/attachments?urls=signed").data
        self.address = files[0]["url"]

    def statuses(self, api: Api) -> list[int]:
        """Of a read by token, a write by cookie, a file by its address, and a token refreshed twice."""
        return [
            Caller(api, bearer(self.token)).get("/tickets").status,
            Caller(api, self.browser).post("/tickets/26/read", {}).status,
            api.client.get(self.address).status_code,
            api.anonymous().post("/auth/refresh", {"refresh_token": self.refresh_token}).status,
        ]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def desk(demo: Template) -> URL:
    return demo.copy()


def given_by(desk: URL, folder: Path, **settings: Any) -> Given:
    with running_api(desk, folder, **settings) as api:
        return Given(api)


def statuses_at(desk: URL, folder: Path, given: Given, **settings: Any) -> list[int]:
    with running_api(desk, folder, **settings) as api:
        return given.statuses(api)


def test_what_the_old_key_signed_is_good_until_it_is_taken_out(desk: URL, tmp_path: Path) -> None:
    given = given_by(desk, tmp_path, jwt_secret=OLD)
    both = {"jwt_secret": NEW, "jwt_old_secrets": f"another key which is long enough too, {OLD}"}
    assert statuses_at(desk, tmp_path, given, **both) == [200, 200, 200, 200]
    assert statuses_at(desk, tmp_path, given, jwt_secret=NEW) == [401, 403, 401, 200]


def test_a_server_that_signs_with_the_old_key_still_takes_what_one_with_the_new_signed(
    desk: URL, tmp_path: Path
) -> None:
    given = given_by(desk, tmp_path, jwt_secret=NEW, jwt_old_secrets=OLD)
    assert statuses_at(desk, tmp_path, given, jwt_secret=OLD, jwt_old_secrets=NEW) == [200, 200, 200, 200]


def test_an_answer_lost_while_the_key_changes_gives_the_same_token_again(desk: URL, tmp_path: Path) -> None:
    with running_api(desk, tmp_path, jwt_secret=OLD) as api:
        body = {"refresh_token": Given(api).refresh_token}
        first = api.anonymous().post("/auth/refresh", body).data["refresh_token"]
    with running_api(desk, tmp_path, jwt_secret=NEW, jwt_old_secrets=OLD) as api:
        assert api.anonymous().post("/auth/refresh", body).data["refresh_token"] == first
        assert api.anonymous().post("/auth/refresh", {"refresh_token": first}).status == 200


def test_each_key_has_a_name_of_its_own(desk: URL, tmp_path: Path) -> None:
    kids = {
        jwt.get_unverified_header(given_by(desk, tmp_path, jwt_secret=secret).token)["kid"] for secret in (OLD, NEW)
    }
    assert len(kids) == 2
