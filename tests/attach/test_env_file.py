"""The settings file is read back as it was meant."""

from io import StringIO

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from osticket_api.attach.env_file import render, trusted_networks

written = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"))


def read_back(value: str) -> str | None:
    return dotenv_values(stream=StringIO(render({"BEFORE": "x", "VALUE": value, "AFTER": "y"}, "heading")))["VALUE"]


@given(written)
def test_any_value_is_read_back(value: str) -> None:
    assert read_back(value) == value


@pytest.mark.parametrize(
    "value",
    ["", " a ", "it's", '"', "a#b", "a #b", "\\", "\\'", "${HOME}", "$${x:-y}", "a=b", "export X=1", "a\nb", "é😀"],
)
def test_awkward_values_are_read_back(value: str) -> None:
    assert read_back(value) == value


@pytest.mark.parametrize(
    ("proxies", "networks"),
    [("", []), ("*", []), ("10.0.0.1, 192.168.0.0/16", ["10.0.0.1", "192.168.0.0/16"]), ("::1,proxy", ["::1"])],
)
def test_only_proxies_with_an_address_are_trusted(proxies: str, networks: list[str]) -> None:
    assert trusted_networks(proxies) == networks
