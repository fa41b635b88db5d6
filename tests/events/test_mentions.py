"""Mentions of agents in notes, as events."""

import json

from tests.events.listening import Listening
from tests.fixtures.api import Api

TICKET = 26
"""Of uma, in Support, assigned to alice."""


def test_a_mention_is_an_event_for_agents(api: Api, heard: Listening) -> None:
    answer = api.staff("alice").post(f"/tickets/{TICKET}/note", {"body": "<p>@bob and @dora: look</p>"})
    assert answer.status == 201, answer.errors
    heard.step()
    events = heard.events()
    assert [each.type for each in events][:2] == ["ticket.note_added", "ticket.mentioned"]
    (event,) = [each for each in events if each.type == "ticket.mentioned"]
    assert json.loads(event.details)["usernames"] == ["bob", "dora"]
    assert json.loads(event.details)["entry_id"] == answer.data["id"]
