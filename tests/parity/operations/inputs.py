"""From the words of the recorded inputs to those of our API."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from tests.parity.operations.registry import Params


def given(**values: Any) -> Params:
    """Only what is there: osTicket's forms send empty fields, our API leaves them out."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def assignee(code: str | None) -> Params:
    """`s2` is agent 2, `t1` team 1."""
    return {{"s": "staff_id", "t": "team_id"}[code[0]]: int(code[1:])} if code else {}


def moment(text: str | None) -> str | None:
    """A local time of the help desk, which is UTC in F1."""
    return datetime.fromisoformat(text).isoformat() + "Z" if text else None


def comment(params: Params) -> Params:
    return given(comment=params.get("comments") or params.get("comment"))


def attachments(params: Params) -> list[Params]:
    return [
        {
            "name": each["name"],
            "content_type": each.get("type"),
            "content": b64encode(each["content"].encode()).decode(),
        }
        for each in params.get("attachments") or ()
    ]
