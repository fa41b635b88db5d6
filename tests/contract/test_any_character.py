"""Texts with characters that no column of a three-byte database holds: looked for like any other, and not found."""

import pytest

from tests.features.tickets.acts import ALICES
from tests.fixtures.api import Api

WINK = "\N{WINKING FACE}"


@pytest.mark.parametrize("kind", ["staff", "user"])
@pytest.mark.parametrize("name", [WINK, f"{WINK}@example.net"])
def test_nobody_signs_in_with_such_a_name(api: Api, name: str, kind: str) -> None:
    answer = api.anonymous().post("/auth/login", {"username": name, "password": "a-password", "kind": kind})
    assert answer.status == 401, answer.errors


def test_no_status_has_such_a_name(api: Api) -> None:
    answer = api.staff("alice").post(f"/tickets/{ALICES}/status", {"status": WINK})
    assert (answer.status, answer.fields) == (422, ["status"])


def test_no_organization_has_such_a_domain(api: Api) -> None:
    answer = api.staff("alice").get("/organizations", params={"domain": WINK})
    assert (answer.status, answer.data) == (200, [])
