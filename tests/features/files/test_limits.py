"""What may be attached."""

from typing import Any

import pytest

from osticket_api.db import tables as t
from osticket_api.errors import Invalid
from osticket_api.features.files import limits
from osticket_api.features.files.limits import Candidate, Limits
from tests.features.files.conftest import Desk


def settings_row(desk: Desk, key: str, value: str) -> None:
    desk.add(t.config, namespace="core", key=key, value=value)


def message_field(desk: Desk, configuration: str | None) -> None:
    other = desk.add(t.form, type="A", title="Task")
    desk.add(t.form_field, form_id=other, type="thread", name="message", configuration='{"size":1}')
    form = desk.add(t.form, type="T", title="Ticket")
    desk.add(t.form_field, form_id=form, type="thread", name="message", configuration=configuration)


def test_agents_are_limited_by_size_alone(desk: Desk) -> None:
    settings_row(desk, "max_file_size", "1048576")
    settings_row(desk, "allowed_filetypes", ".pdf")
    message_field(desk, '{"attachments":false}')
    assert desk.read(limits.limits_for, "staff") == Limits(1048576)


def test_users_are_limited_by_the_message_field(desk: Desk) -> None:
    settings_row(desk, "max_file_size", "1048576")
    message_field(desk, '{"attachments":true,"size":2048,"extensions":".PDF, png","mimetypes":{"audio":"Audio"}}')
    found = desk.read(limits.limits_for, "user")
    assert found.max_bytes == 2048
    assert found.fault("a.pdf", "application/pdf", 2048) is None
    assert found.fault("a.PNG", "image/png", 1) is None
    assert found.fault("a.bin", "audio/x-aiff", 1) is None
    assert found.fault("a.exe", "application/x-msdownload", 1) is not None


def test_field_without_configuration_follows_the_settings(desk: Desk) -> None:
    settings_row(desk, "max_file_size", "1048576")
    settings_row(desk, "allowed_filetypes", ".pdf")
    message_field(desk, None)
    assert desk.read(limits.limits_for, "user") == Limits(1048576, endings=frozenset({"pdf"}))


def test_attachments_can_be_switched_off(desk: Desk) -> None:
    settings_row(desk, "allow_attachments", "0")
    message_field(desk, "[]")
    fault = desk.read(limits.limits_for, "user").fault("a", "b/c", 1)
    assert fault is not None
    assert fault.code == "attachments_disabled"


@pytest.mark.parametrize("size", [4096, "4096", {"4096": "4 kB"}])
def test_size_is_read_however_php_stored_it(size: Any) -> None:
    assert limits.of_field({"size": size}, {}).max_bytes == 4096


@pytest.mark.parametrize("size", [None, "", "0", {}, [], "many"])
def test_unset_size_leaves_the_default(size: Any) -> None:
    assert limits.of_field({"size": size}, {"max_file_size": "7"}).max_bytes == 7


@pytest.mark.parametrize("listed", ["", ".*", ".pdf .*", None])
def test_nothing_or_a_star_allows_everything(listed: str | None) -> None:
    found = limits.of_field({"extensions": listed}, {"allowed_filetypes": ".pdf"})
    assert found.fault("a.exe", "application/x-msdownload", 1) is None


def test_groups_allow_by_type_or_by_ending() -> None:
    found = limits.of_field({"mimetypes": {"image": "Images", "unheard-of": "?"}}, {})
    assert found.fault("scan", "image/png", 1) is None
    assert found.fault("logo.eps", "application/octet-stream", 1) is None
    assert found.fault("page.html", "text/html", 1) is not None


def test_types_may_stand_among_the_endings() -> None:
    found = limits.of_field({"extensions": "application/pdf"}, {})
    assert found.fault("scan", "application/pdf", 1) is None
    assert found.fault("scan.png", "image/png", 1) is not None


def test_every_file_at_fault_is_named() -> None:
    small = Limits(10, endings=frozenset({"txt"}))
    files = [
        Candidate("a.txt", "text/plain", 11),
        Candidate("b.txt", "text/plain", 10),
        Candidate("c.exe", "application/x-msdownload", 1),
    ]
    with pytest.raises(Invalid) as caught:
        limits.check(small, files)
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("attachments.0", "file_too_large"),
        ("attachments.2", "file_type_not_allowed"),
    ]
    limits.check(small, files[1:2])
