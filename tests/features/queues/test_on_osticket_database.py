"""On a database made by a real osTicket: its queues, and criteria about what was answered in its forms."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.features.queues.made import add_queue, in_queue
from tests.fixtures.api import Api, running_api
from tests.fixtures.golden import f1_on_mariadb
from tests.fixtures.mariadb import Server
from tests.fixtures.templates import MariadbTemplate


@pytest.fixture(scope="module")
def f1(mariadb: Server) -> MariadbTemplate:
    return f1_on_mariadb(mariadb)


@pytest.fixture
def api(f1: MariadbTemplate, tmp_path: Path) -> Iterator[Api]:
    with running_api(f1.copy(), tmp_path) as running:
        yield running


def test_every_queue_of_osticket_can_be_listed_and_counted(api: Api) -> None:
    ada = api.staff("ada")
    counts = {each["id"]: each["count"] for each in ada.get("/queues/counts").data}
    assert sorted(counts) == list(range(1, 15))
    assert counts == {queue: len(in_queue(ada, queue)) for queue in counts}
    assert all(ada.get(f"/queues/{queue}").data["is_available"] for queue in counts)


@pytest.mark.parametrize("name", ["bob", "cyd", "dan"])
def test_counts_are_each_agents_own(api: Api, name: str) -> None:
    """dan sees only what is assigned to him or his team."""
    caller = api.staff(name)
    counts = {each["id"]: each["count"] for each in caller.get("/queues/counts").data}
    assert counts == {queue: len(in_queue(caller, queue)) for queue in counts}
    assert counts[1] > 0


def test_its_open_and_closed_tickets(api: Api) -> None:
    ada = api.staff("ada")
    assert set(in_queue(ada, 1)) | set(in_queue(ada, 8)) == {1, 2, 3, 4, 5, 6}
    assert in_queue(ada, 8) == [3]
    assert set(in_queue(api.staff("dan"), 6)) <= {5, 6}


ANSWERS: list[tuple[list[Any], set[int]]] = [
    (["cdata__priority", "includes", {"3": "High"}], {5}),
    (["cdata__priority", "includes", {"1": "Low", "3": "High"}], {5, 6}),
    (["cdata__priority", "!includes", {"2": "Normal"}], {5, 6}),
    (["cdata__condition", "includes", {"broken": "Broken"}], {5}),
    (["cdata__condition", "includes", {"brok": "Brok"}], set()),
    (["cdata__condition", "set", None], {5}),
    (["cdata__condition", "nset", None], {1, 2, 3, 4, 6}),
    (["cdata__site", "includes", {"1": "Berlin"}], {5}),
    (["cdata__site", "includes", {"2": "Paris"}], set()),
    (["cdata__warranty", "set", None], {5}),
    (["cdata__warranty", "nset", None], {1, 2, 3, 4, 6}),
    (["cdata__needed_by", "set", None], {5}),
    (["cdata__photo", "nset", None], {1, 2, 3, 4, 6}),
    (["cdata__owner_dept", "includes", {"3": "Maintenance"}], {5}),
    (["cdata__details", "contains", "inch"], {5}),
    (["entries__answers!45__value", "equal", "5550001"], {5}),
    (["entries__answers!41__value_id", "includes", {"3": "High"}], {5}),
    (["user__org__cdata__phone", "equal", "5551234567"], {1, 3, 5, 6}),
    (["user__org__cdata__phone", "nset", None], {2, 4}),
    (["user__cdata__phone", "set", None], set()),
    (["user__emails__address", "contains", "@example.org"], {2, 4}),
    ([":keywords", None, "laptop"], {5}),
]


@pytest.mark.parametrize(("criterion", "expected"), ANSWERS, ids=[str(each) for each, _ in ANSWERS])
def test_criteria_about_answers(api: Api, criterion: list[Any], expected: set[int]) -> None:
    queue = add_queue(api, criterion, flags=0, staff_id=1)
    assert set(in_queue(api.staff("ada"), queue)) == expected


@pytest.mark.parametrize(
    "criterion",
    [
        ["cdata__needed_by", "before", "2024-01-01"],
        ["cdata__message", "contains", "laptop"],
        ["cdata__photo", "contains", "png"],
        ["cdata__impact", "includes", {"high": "High"}],
    ],
    ids=str,
)
def test_answers_that_cannot_be_compared_are_named(api: Api, criterion: list[Any]) -> None:
    queue = add_queue(api, criterion, flags=0, staff_id=1)
    answer = api.staff("ada").get(f"/queues/{queue}/tickets")
    assert (answer.status, answer.errors[0]["detail"]["criterion"]["field"]) == (501, criterion[0])
