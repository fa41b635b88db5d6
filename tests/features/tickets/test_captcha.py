"""Visitors prove that they are people, where the administrator wants that."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from osticket_api.settings import ConfigurationError
from osticket_api.web import captcha
from tests.fixtures.api import Api, running_api, settings_for_tests
from tests.fixtures.templates import Template

SET_UP: dict[str, Any] = {"captcha_provider": "turnstile", "captcha_site_key": "site", "captcha_secret": "quiet"}
NEW = {"email": "wanda@example.net", "name": "Wanda", "subject": "Hello", "message": "x", "topic_id": 1}


class Provider(BaseHTTPRequestHandler):
    """Accepts the token `solved` with our secret."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        accepted = form["secret"] == ["quiet"] and form["response"] == ["solved"] and "remoteip" in form
        body = json.dumps({"success": accepted}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setitem(captcha.VERIFIED_AT, "turnstile", address)
        yield
        server.shutdown()
        thread.join()


@pytest.fixture
def guarded(demo: Template, tmp_path: Path) -> Iterator[Api]:
    with running_api(demo.copy(), tmp_path, **SET_UP) as running:
        yield running


@pytest.mark.usefixtures("provider")
def test_visitors_solve_it_and_others_need_not(guarded: Api) -> None:
    visitor = guarded.anonymous()
    assert visitor.get("/settings").data["captcha"] == {"provider": "turnstile", "site_key": "site"}
    for path, body in (("/tickets", NEW), ("/auth/forgot-password", {"username": "uma"})):
        assert visitor.post(path, body).errors[0]["code"] == "captcha_required"
        refused = visitor.post(path, body, headers={"X-Captcha-Token": "guessed"})
        assert refused.errors[0]["code"] == "captcha_failed"
    assert visitor.post("/tickets", NEW, headers={"X-Captcha-Token": "solved"}).status == 201
    assert guarded.staff("alice").post("/tickets", NEW).status == 201


def test_a_provider_that_does_not_answer_lets_nobody_in(guarded: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(captcha.VERIFIED_AT, "turnstile", "http://127.0.0.1:9/")
    answer = guarded.anonymous().post("/tickets", NEW, headers={"X-Captcha-Token": "solved"})
    assert (answer.status, answer.errors[0]["code"]) == (503, "captcha_unavailable")


def test_it_is_off_unless_it_is_set_up(api: Api) -> None:
    assert api.anonymous().get("/settings").data["captcha"] is None
    assert api.anonymous().post("/tickets", NEW).status == 201
    with pytest.raises(ConfigurationError, match="CAPTCHA_SITE_KEY"):
        settings_for_tests(captcha_provider="hcaptcha")
