"""Priorities over HTTP."""

from sqlalchemy import update

from osticket_api.db import tables as t
from tests.features.knowledge_base.texts import configure
from tests.fixtures.api import Answer, Api


def names(answer: Answer) -> list[str]:
    return [each["name"] for each in answer.data]


def test_priorities_begin_with_the_least_urgent(api: Api) -> None:
    assert names(api.staff("bob").get("/priorities")) == ["Low", "Normal", "High", "Emergency"]
    (default,) = [each for each in api.user("uma").get("/priorities").data if each["is_default"]]
    assert (default["name"], default["slug"], default["urgency"]) == ("Normal", "normal", 3)


def test_users_see_public_priorities_only(api: Api) -> None:
    api.write(
        lambda tx: tx.change(
            update(t.ticket_priority).where(t.ticket_priority.c.priority_id == 4).values(ispublic=False)
        )
    )
    assert "Emergency" not in names(api.user("uma").get("/priorities"))
    assert api.user("uma").get("/priorities/4").status == 404
    assert api.staff("bob").get("/priorities/4").data["is_public"] is False


def test_the_default_is_that_of_the_settings(api: Api) -> None:
    assert api.staff("bob").get("/priorities/2").data["is_default"] is True
    configure(api, "default_priority_id", "3")
    assert api.staff("bob").get("/priorities/2").data["is_default"] is False
    assert api.staff("bob").get("/priorities/3").data["is_default"] is True


def test_they_are_searched_and_sorted(api: Api) -> None:
    bob = api.staff("bob")
    assert names(bob.get("/priorities?q=mer")) == ["Emergency"]
    assert names(bob.get("/priorities?sort=name")) == ["Emergency", "High", "Low", "Normal"]
    assert names(bob.get("/priorities?sort=urgency&per_page=1")) == ["Emergency"]
    assert (bob.get("/priorities?sort=color").status, bob.get("/priorities?colour=x").status) == (422, 422)


def test_one_that_is_not_there_is_not_found(api: Api) -> None:
    answer = api.staff("bob").get("/priorities/99")
    assert (answer.status, answer.errors[0]["message"]) == (404, "There is no priority 99.")
