"""What mail costs the requests that lead to it: telling is the worker's work, not theirs."""

from collections.abc import Callable

import pytest

from tests.features.auth.test_service import set_config
from tests.fixtures.api import Answer, Api, Caller
from tests.fixtures.counting import fewest_statements

TICKET = 26
"""Of uma, in Support, assigned to alice."""
BODY = {"body": "<p>Soon.</p>"}
REQUESTS: dict[str, Callable[[Caller], Answer]] = {
    "a reply": lambda alice: alice.post(f"/tickets/{TICKET}/reply", {**BODY, "reply_to": "all"}),
    "a note": lambda alice: alice.post(f"/tickets/{TICKET}/note", {"body": "<p>@bob: look</p>"}),
    "a new ticket": lambda alice: alice.post(
        "/tickets", {"subject": "Door", "message": "x", "topic_id": 1, "email": "zoe@example.net", "name": "Zoe"}
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_mail_adds_two_statements_at_most(api: Api, name: str) -> None:
    alice, ask = api.staff("alice"), REQUESTS[name]
    for switch in ("note_alert_active", "note_alert_assigned", "ticket_alert_active", "ticket_autoresponder"):
        set_config(api, switch, "1")
    with_mail = fewest_statements(alice, lambda: ask(alice))
    api.database.keeps_mail = False
    try:
        without = fewest_statements(alice, lambda: ask(alice))
    finally:
        api.database.keeps_mail = True
    assert with_mail - without in (1, 2)
