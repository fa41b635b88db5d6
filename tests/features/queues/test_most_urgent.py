"""The first pages of a long queue in osTicket's usual order hold what they hold without being narrowed."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.features.tickets import totals, urgent
from tests.features.tickets.acts import optional_indexes
from tests.fixtures.api import Api

START = datetime(2026, 3, 1, tzinfo=UTC)
OPEN = 1


def _scatter(tx: Write, urgent_share: float) -> None:
    """Give all tickets departments, agents, priorities and moments, of which some are the same."""
    chance = random.Random(5)
    for ticket_id in tx.scalars(select(t.ticket.c.ticket_id)):
        values: dict[str, Any] = {
            "dept_id": chance.choice((1, 2, 3)),
            "staff_id": chance.choice((0, 2)),
            "status_id": 1,
        }
        values |= {"status_id": 1, "lastupdate": chance.choice((None, START + timedelta(hours=chance.randrange(4))))}
        tx.change(update(t.ticket).where(t.ticket.c.ticket_id == ticket_id).values(values))
        priority = "4" if chance.random() < urgent_share else chance.choice("123")
        tx.change(update(t.ticket_cdata).where(t.ticket_cdata.c.ticket_id == ticket_id).values(priority=priority))


@pytest.fixture(params=[0.0, 0.5, 0.8])
def scattered(request: pytest.FixtureRequest, api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(totals, "_MANY", 0)
    api.write(_scatter, request.param)
    with optional_indexes(api):
        yield api


def _ids(api: Api, who: str, per_page: int) -> list[int]:
    path = f"/queues/{OPEN}/tickets?per_page={per_page}&page="
    pages = (api.staff(who).get(f"{path}{number}").data for number in range(1, 40))
    return [ticket["id"] for page in pages for ticket in page]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_narrowed_pages_are_those_of_the_whole_list(scattered: Api, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    narrowed = _ids(scattered, who, 2)
    monkeypatch.setattr(urgent, "DEEPEST", 0)
    assert len(narrowed) > 5
    assert narrowed == _ids(scattered, who, 2)


def test_only_what_holds_enough_of_the_most_urgent_is_narrowed(
    scattered: Api, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    found: list[int] = []

    def noted(*given: Any) -> Any:
        conditions = urgent.most_urgent(*given)
        found.append(len(conditions))
        return conditions

    monkeypatch.setattr("osticket_api.features.tickets.lists.most_urgent", noted)
    _ids(scattered, "alice", 2)
    share = request.node.callspec.params["scattered"]
    assert (max(found), found[-1]) == (2 if share else 0, 0)
