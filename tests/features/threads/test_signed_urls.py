"""Addresses of files that a browser can put into a page: signed, short-lived, bound to one file and one sign-in."""

import re
from pathlib import Path

import pytest

from osticket_api.access import signed_urls
from osticket_api.access.tokens import AccessToken
from osticket_api.kit.clock import system_clock
from tests.fixtures.api import SIGNING_KEYS, Api, Caller, running_api
from tests.fixtures.templates import Template

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5"
    "ErkJggg=="
)


def post_picture(caller: Caller) -> None:
    answer = caller.post("/tickets/26/note", {"body": f'<p>Look</p><img src="{PIXEL}">'})
    assert answer.status == 201, answer.errors


def below(address: str) -> str:
    assert address.startswith("http://testserver/"), address
    return "/" + address.removeprefix("http://testserver")


def test_pictures_and_files_need_no_header(api: Api) -> None:
    alice = api.staff("alice")
    post_picture(alice)
    for path in ("thread?urls=signed&sort=-created_at", "timeline?urls=signed&sort=-created_at"):
        item = next(each for each in alice.get(f"/tickets/26/{path}").data if each.get("entry", each))
        entry = item.get("entry", item)
        (source,) = re.findall(r'src="([^"]+)"', entry["body"])
        assert entry["attachments"][0]["url"] == source
        fetched = api.anonymous().get(below(source))
        assert fetched.status == 200
        assert fetched.headers["content-type"] == "image/png"
        assert fetched.headers["cache-control"] == "private, no-cache"
    one = alice.get(f"/tickets/26/thread/{entry['id']}?urls=signed").data
    whole = alice.get("/tickets/26?include=thread&urls=signed").data["thread"][-1]
    files = alice.get("/tickets/26/attachments?urls=signed&per_page=100").data
    assert one["attachments"][0]["url"] == whole["attachments"][0]["url"] == files[-1]["url"] == source
    assert alice.get(f"/tickets/26/thread/{entry['id']}").data["attachments"][0]["url"].startswith("/api/v2/")


def test_a_signature_is_good_for_its_file_alone(api: Api) -> None:
    alice = api.staff("alice")
    post_picture(alice)
    post_picture(alice)
    first, second = [each["url"] for each in alice.get("/tickets/26/attachments?urls=signed").data[-2:]]
    signature = first.partition("?")[2]
    nobody = api.anonymous()
    assert nobody.get(below(first)).status == 200
    for path in (second.partition("?")[0], "http://testserver/api/v2/tickets/9/attachments/1"):
        assert nobody.get(below(f"{path}?{signature}")).status == 401
    assert nobody.get(f"/tickets/26?{signature}").status == 401
    assert nobody.get(below(first) + "x").status == 401
    assert nobody.get(below(first.partition("=")[0] + "=nonsense")).errors[0]["code"] == "link_invalid"
    assert nobody.get(below(first.partition("?")[0])).status == 401


def test_a_signature_stands_for_its_caller_as_of_now(api: Api) -> None:
    alice = api.staff("alice")
    post_picture(alice)
    address = alice.get("/tickets/26/attachments?urls=signed").data[-1]["url"]
    assert api.anonymous().get(below(address)).status == 200
    stranger = signed_urls.sign(SIGNING_KEYS, address_path(address), AccessToken("staff:4", 0), now=system_clock())
    assert api.anonymous().get(f"/{address_path(address)}?signature={stranger}").status == 404


def address_path(address: str) -> str:
    return address.removeprefix("http://testserver").partition("?")[0]


def test_a_signature_ends_with_the_sign_in(api: Api) -> None:
    signed_in = api.anonymous().post("/auth/login", {"username": "alice", "password": "demo-help-desk"}).data
    alice = Caller(api, {"Authorization": f"Bearer {signed_in['access_token']}"})
    post_picture(alice)
    address = below(alice.get("/tickets/26/attachments?urls=signed").data[-1]["url"])
    assert api.anonymous().get(address).status == 200
    assert alice.post("/auth/logout", {"refresh_token": signed_in["refresh_token"]}).status in (200, 204)
    assert api.anonymous().get(address).status == 401


def test_a_signature_expires_and_an_access_token_is_none(api: Api) -> None:
    path = "/api/v2/tickets/9/attachments/1"
    token = AccessToken("staff:2", 0)
    old = signed_urls.sign(SIGNING_KEYS, path, token, now=system_clock().replace(year=2020))
    assert api.anonymous().get(f"/{path}?signature={old}").errors[0]["code"] == "link_expired"
    bearer = api.staff("alice").headers["Authorization"].partition(" ")[2]
    assert api.anonymous().get(f"/{path}?signature={bearer}").status == 401
    link = signed_urls.sign(SIGNING_KEYS, path, token, now=system_clock())
    assert Caller(api, {"Authorization": f"Bearer {link}"}).get("/tickets").status == 401


def test_the_addresses_stay_the_same_for_a_while(api: Api) -> None:
    first = signed_urls.sign(
        SIGNING_KEYS, "/x", AccessToken("staff:2", 7), now=system_clock().replace(minute=11, second=1)
    )
    later = signed_urls.sign(
        SIGNING_KEYS, "/x", AccessToken("staff:2", 7), now=system_clock().replace(minute=19, second=59)
    )
    assert first == later


def test_only_signed_addresses_can_be_asked_for(api: Api) -> None:
    assert api.staff("alice").get("/tickets/26/thread?urls=other").fields == ["urls"]


@pytest.mark.parametrize("url", ["https://desk.example.com", "https://desk.example.com/help"])
def test_the_address_is_that_of_the_settings(demo: Template, tmp_path: Path, url: str) -> None:
    with running_api(demo.copy(), tmp_path, app_url=url) as api:
        address = api.staff("alice").get("/tickets/9/attachments?urls=signed").data[0]["url"]
        assert address.startswith(f"{url}/api/v2/tickets/9/attachments/")


def test_files_of_tasks_are_signed_too(api: Api) -> None:
    alice = api.staff("alice")
    assert alice.post("/tasks/1/note", {"body": f'<img src="{PIXEL}">'}).status == 201
    address = alice.get("/tasks/1/thread?urls=signed&sort=-created_at").data[0]["attachments"][0]["url"]
    assert api.anonymous().get(below(address)).status == 200
