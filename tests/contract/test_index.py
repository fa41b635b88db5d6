"""The first addresses that somebody opens lead on."""

import pytest

from tests.fixtures.api import Api


@pytest.mark.parametrize("path", ["/", "/api/v2", "/api/v2/"])
def test_the_first_address_leads_to_the_others(api: Api, path: str) -> None:
    answer = api.client.get(path)
    assert answer.status_code == 200
    index = answer.json()["data"]
    assert index["api"] == "/api/v2"
    for name in ("documentation", "description", "problems", "health", "readiness"):
        assert api.client.get(index[name]).status_code == 200, name
    assert api.client.post(index["sign_in"], json={}).status_code == 422
    assert api.client.post(path).status_code == 405
