"""Where webhooks may go."""

import asyncio
import socket
from typing import Any

import pytest

from osticket_api.kit.reachable import is_allowed, is_host, literal_address
from osticket_api.webhooks.sending import Sender
from tests.fixtures.api import Api
from tests.webhooks.conftest import Telling
from tests.webhooks.receiving import Receiver, receiving

INTERNAL = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "::7f00:1",
    "::ffff:0:7f00:1",
    "192.0.0.8",
    "192.88.99.1",
    "fec0::1",
    "3fff::1",
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:a00:1",
]


@pytest.mark.parametrize("address", INTERNAL)
def test_internal_address_is_refused(address: str) -> None:
    assert not is_allowed(address, ())


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "2606:4700::5efe:808:808", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address, ())


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "fd00::5"])
def test_named_network_is_allowed(address: str) -> None:
    assert is_allowed(address, ("10.0.0.0/8", "fd00::/64"))
    assert not is_allowed("192.168.0.1", ("10.0.0.0/8", "fd00::/64"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "ftp://example.com/",
        "https://somebody:secret@example.com/",
        "/hook",
        "http://",
        "http://example.com:99999/",
        "http://0x7f.1/",
        "https://exa mple.com/",
    ],
)
def test_address_that_cannot_be_is_refused_at_once(api: Api, url: str) -> None:
    answer = api.staff("dora").post("/webhooks", {"url": url})
    assert (answer.status, answer.fields) == (422, ["url"])


@pytest.mark.parametrize(
    "host", ["0", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "LOCALHOST.", "hook.localhost"]
)
def test_address_is_known_in_any_spelling(host: str) -> None:
    address = literal_address(host)
    assert address
    assert not is_allowed(address, ())


@pytest.mark.parametrize(
    "host", ["example.com", "example.com.", "xn--bcher-kva.example", "hook_1.example", "8.8.8.8", "2606:4700::1"]
)
def test_name_or_address_is_a_host(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    ["", ".", "exa mple.com", "exa%20mple.com", "exam..ple.com", "-example.com", "ex<ample", "a" * 64, "a." * 128],
)
def test_what_no_resolver_could_be_asked_for_is_no_host(host: str) -> None:
    assert not is_host(host)


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1"])
def test_name_that_means_this_machine_is_not_connected_to(host: str, receiver: Receiver) -> None:
    url = receiver.url.replace("127.0.0.1", host)
    answer = asyncio.run(Sender(()).send(url, {}, b"{}"))
    assert answer.status is None
    assert "WEBHOOK_ALLOWED_NETWORKS" in (answer.error or "")
    assert receiver.got == []


def test_name_is_asked_for_once_and_that_address_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns the name could let it mean a public address first, and an internal one a moment later."""
    port = int(receiver.url.rpartition(":")[2].partition("/")[0])
    meanings = iter(["127.0.0.1", "10.0.0.1"])
    asked = socket.getaddrinfo

    def turned(host: str, *more: Any, **named: Any) -> Any:
        return asked(next(meanings) if host == "turns.example" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", turned)
    sender = Sender(("127.0.0.1/32",))
    url = f"http://turns.example:{port}/"
    assert asyncio.run(sender.send(url, {}, b"{}")).status == 204
    assert receiver.got[0].headers["host"] == f"turns.example:{port}"
    refused = asyncio.run(sender.send(url, {}, b"{}"))
    assert "WEBHOOK_ALLOWED_NETWORKS" in (refused.error or "")
    assert next(meanings, None) is None


def test_redirect_is_not_followed(telling: Telling, receiver: Receiver) -> None:
    with receiving() as inside:
        receiver.answer = lambda _: (307, {"location": inside.url}, b"")
        webhook = telling.add(receiver.url, types=["ticket.note_added"])
        telling.note()
        telling.tell()
        assert inside.got == []
    (delivery,) = telling.deliveries(webhook)
    assert (delivery["status"], delivery["response_status"]) == ("pending", 307)
