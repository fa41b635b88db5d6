"""Mails that are captured: the page that shows them on this machine, and their `.eml` files."""

import re
import stat
from email import message_from_bytes
from email.policy import default as default_policy
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from osticket_api.features.files.content import read_all
from osticket_api.mail.capture import CapturedFiles
from osticket_api.mail.delivery import MailWorker
from osticket_api.server.app import create_app
from osticket_api.settings import Environment
from tests.fixtures.api import Api, settings_for_tests

HERE = {"Host": "127.0.0.1:8080"}


def reply(api: Api, text: str = "<p>Soon, <b>Uma</b>.</p>") -> None:
    assert api.staff("alice").post("/tickets/1/reply", {"body": text}).status == 201
    mail_worker = MailWorker(api.database, settings_for_tests(mail="store"), read_all)
    api.client.portal.call(mail_worker.make)  # type: ignore[union-attr]


def first_link(page: str) -> str:
    found = re.search(r'href="(mail/\d+)"', page)
    assert found is not None, page
    return f"/{found[1]}"


def test_captured_mails_are_listed_and_shown_in_a_sandbox(api: Api) -> None:
    reply(api)
    listed = api.client.get("/mail", headers=HERE)
    assert listed.status_code == 200
    shown = api.client.get(first_link(listed.text), headers=HERE)
    source = api.client.get(f"{first_link(listed.text)}/source", headers=HERE)
    frame = re.search(r'<iframe [^>]*sandbox="([^"]*)" srcdoc="([^"]*)"', shown.text)
    assert frame is not None
    assert "allow-scripts" not in frame[1]
    assert "allow-same-origin" not in frame[1]
    assert "<b>Uma</b>" in unescape(frame[2])
    assert source.headers["content-type"].startswith("text/plain")
    assert message_from_bytes(source.content, policy=default_policy)["Message-ID"] in unescape(shown.text)
    for page in (listed, shown, source):
        assert page.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert "script-src" not in page.headers["content-security-policy"]
        assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")


def test_what_people_typed_stays_in_the_frame(api: Api) -> None:
    reply(api, '<p title="&quot;></iframe>">a</p>&lt;/iframe&gt;&lt;script&gt;')
    page = api.client.get(first_link(api.client.get("/mail", headers=HERE).text), headers=HERE).text
    assert page.count("</iframe>") == page.count("<iframe ") == 1
    assert "<script" not in page


@pytest.mark.parametrize(
    "path", ["/mail/0", "/mail/999999", "/mail/99999999999999999999", "/mail/999999/source", "/mail/x"]
)
def test_a_mail_that_is_missing_is_not_found(api: Api, path: str) -> None:
    assert api.client.get(path, headers=HERE).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "desk.example.com"},
        {**HERE, "X-Forwarded-For": "203.0.113.9"},
        {**HERE, "Forwarded": "for=203.0.113.9"},
        {**HERE, "X-Real-IP": "203.0.113.9"},
    ],
)
def test_others_than_this_machine_see_no_mail(api: Api, headers: dict[str, str]) -> None:
    reply(api)
    path = first_link(api.client.get("/mail", headers=HERE).text)
    for each in ("/mail", path, f"{path}/source"):
        assert api.client.get(each, headers=headers).status_code == 404


def test_a_caller_from_elsewhere_sees_no_mail(api: Api) -> None:
    caller = TestClient(api.client.app, client=("203.0.113.9", 50000), headers=HERE)
    assert caller.get("/mail").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"mail": "send"},
        {"mail": "off"},
        {"read_only": True},
        {"db_connection": "mysql"},
        {"app_env": Environment.production},
    ],
)
def test_there_is_no_page_where_mail_is_not_captured(tmp_path: Path, changed: dict[str, Any]) -> None:
    usual = settings_for_tests(data_dir=tmp_path, db_database=str(tmp_path / "none.sqlite"))
    assert usual.captures_mail
    settings = usual.model_copy(update=changed)
    app = create_app(settings) if "db_connection" not in changed else None
    assert not settings.captures_mail
    if app is not None:
        assert not [route for route in app.routes if getattr(route, "path", "").startswith("/mail")]


def test_the_newest_mails_are_files_that_mail_programs_open(api: Api, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    files = CapturedFiles(api.database, folder, read_all, most=2)
    for number in range(3):
        reply(api, f"<p>answer {number}</p>")
        api.client.portal.call(files.write_new)  # type: ignore[union-attr]
    paths = sorted(folder.iterdir())
    assert len(paths) == 2
    assert all(re.fullmatch(r"\d{8}-\d{6}-\d{6}\.eml", path.name) for path in paths)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in paths)
    last = message_from_bytes(paths[-1].read_bytes(), policy=default_policy)
    assert last["Message-ID"]
    before = [path.stat().st_mtime_ns for path in paths]
    api.client.portal.call(files.write_new)  # type: ignore[union-attr]
    assert [path.stat().st_mtime_ns for path in paths] == before


def test_a_folder_that_cannot_be_written_to_stops_nothing(api: Api, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.write_text("a file in the way")
    reply(api)
    files = CapturedFiles(api.database, folder, read_all)
    api.client.portal.call(files.write_new)  # type: ignore[union-attr]
    folder.unlink()
    api.client.portal.call(files.write_new)  # type: ignore[union-attr]
    assert list(folder.glob("*.eml"))
