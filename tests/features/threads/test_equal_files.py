"""Two files with the same content in one request: the second is attached once, and the caller hears of it."""

from base64 import b64encode
from typing import Any

import pytest

from tests.features.tickets.acts import ALICES, SUPPORT
from tests.fixtures.api import Api, Caller

CONTENT = b"the very same bytes"
WARNING = "b.txt has the same content as a.txt: it is attached once."


def coded(name: str, content: bytes = CONTENT, **more: str) -> dict[str, str]:
    return {"name": name, "content": b64encode(content).decode(), **more}


EQUAL = [coded("a.txt"), coded("b.txt"), coded("c.txt", b"something else")]


def agent(api: Api) -> Caller:
    return api.staff("alice")


def owner(api: Api) -> Caller:
    return api.user("uma")


def task_id(api: Api) -> int:
    task = {"title": "Count", "description": "All.", "department_id": SUPPORT}
    return int(agent(api).post("/tasks", task).data["id"])


WAYS_IN = {
    "reply": lambda api, **body: agent(api).post(f"/tickets/{ALICES}/reply", {"body": "x", **body}),
    "note": lambda api, **body: agent(api).post(f"/tickets/{ALICES}/note", {"body": "x", **body}),
    "message": lambda api, **body: owner(api).post(f"/tickets/{ALICES}/message", {"body": "x", **body}),
    "ticket": lambda api, **body: owner(api).post("/tickets", {"subject": "x", "message": "x", "topic_id": 1, **body}),
    "agent's ticket": lambda api, **body: agent(api).post(
        "/tickets", {"subject": "x", "message": "x", "topic_id": 1, "user_id": 1, **body}
    ),
    "task": lambda api, **body: agent(api).post(
        "/tasks", {"title": "x", "description": "x", "department_id": SUPPORT, **body}
    ),
    "task's note": lambda api, **body: agent(api).post(f"/tasks/{task_id(api)}/note", {"body": "x", **body}),
    "task's reply": lambda api, **body: agent(api).post(f"/tasks/{task_id(api)}/reply", {"body": "x", **body}),
}


@pytest.mark.parametrize("way", WAYS_IN.values(), ids=WAYS_IN)
def test_caller_hears_that_the_second_of_two_equal_files_is_attached_once(api: Api, way: Any) -> None:
    answer = way(api, attachments=EQUAL)
    assert (answer.status, answer.meta.get("warnings")) == (201, [WARNING]), answer.errors
    if "attachments" in answer.data:
        assert [each["name"] for each in answer.data["attachments"]] == ["a.txt", "c.txt"]


def test_files_of_a_form_are_compared_with_each_other(api: Api) -> None:
    form = {"data": {"payload": '{"body": "x"}'}, "files": [("f", ("a.txt", CONTENT)), ("g", ("b.txt", CONTENT))]}
    answer = agent(api).request("POST", f"/tickets/{ALICES}/reply", **form)
    assert (answer.status, answer.meta.get("warnings")) == (201, [WARNING]), answer.errors


def test_one_upload_named_twice_is_attached_once(api: Api) -> None:
    uploaded = agent(api).request("POST", "/files", files={"file": ("a.txt", CONTENT)})
    named = {"file_id": uploaded.data["id"]}
    answer = agent(api).post(f"/tickets/{ALICES}/note", {"body": "x", "attachments": [named, named]})
    assert answer.meta.get("warnings") == ["a.txt was given twice: it is attached once."], answer.errors


def test_warning_comes_again_with_the_stored_answer(api: Api) -> None:
    answers = [
        agent(api).post(
            f"/tickets/{ALICES}/note", {"body": "x", "attachments": EQUAL}, headers={"Idempotency-Key": "same"}
        )
        for _ in range(2)
    ]
    assert [each.meta.get("warnings") for each in answers] == [[WARNING]] * 2


def test_warnings_of_files_and_of_the_status_come_together(api: Api) -> None:
    answer = agent(api).post("/tickets/20/reply", {"body": "x", "attachments": EQUAL, "status_id": 3})
    assert len(answer.meta["warnings"]) == 2, answer.meta


def test_picture_shown_twice_in_the_text_is_no_warning(api: Api) -> None:
    pixel = b64encode(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;").decode()
    picture = f'<img src="data:image/gif;base64,{pixel}">'
    answer = agent(api).post(f"/tickets/{ALICES}/note", {"body": f"{picture}{picture}"})
    assert "warnings" not in answer.meta
