"""Descriptions of properties: the text beside the field, else one by the property's name, which means the same
everywhere.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from osticket_api.server.openapi.shared import Schema

_MEANINGS: Final[Mapping[str, str]] = {
    "id": "Its id.",
    "name": "Its name.",
    "number": "The number that people know it by.",
    "success": "Whether the request succeeded.",
    "data": "The result.",
    "meta": "About the response itself.",
    "errors": "What is wrong, each fault by itself.",
    "notes": "Internal notes, for agents.",
    "email": "The e-mail address.",
    "title": "Its title.",
    "kind": "Its kind.",
    "type": "Its type.",
    "body": "The text.",
    "subject": "The subject, in one line.",
    "message": "The text of the message, or a sentence about a fault.",
    "custom_fields": "Answers to the fields of its forms, by the name of the field.",
    "status": "Its status.",
    "state": "What the status means: open, closed, archived or deleted.",
    "source": "The channel by which it came in.",
    "description": "What it is for.",
    "username": "The name to sign in with.",
    "permissions": "The permissions, by osTicket's own names.",
    "attachments": "The files that belong to it.",
    "timezone": "The time zone, as IANA names it.",
    "language": "The language, by its code.",
    "locale": "The language and region, by their code.",
    "phone": "The telephone number.",
    "phone_extension": "The extension of the telephone number.",
    "mobile": "The number of the mobile telephone.",
    "url": "The URL.",
    "password": "The password. It is never shown.",
    "current_password": "The current password.",
    "department": "The department.",
    "departments": "The departments.",
    "staff": "The agent.",
    "team": "The team.",
    "teams": "The teams.",
    "user": "The user.",
    "organization": "The organization.",
    "topic": "The help topic.",
    "sla": "The SLA plan.",
    "priority": "The priority.",
    "ticket": "The ticket.",
    "tickets": "Tickets, by id or as `number:<number>`.",
    "collaborators": "The users who take part in the conversation.",
    "value": "The value.",
    "field": "The name of the field.",
    "position": "Its place in the order, the first being 1.",
    "order": "The order.",
    "signature": "The signature below their replies.",
    "request_id": "The id of the request, which logs know too.",
    "answer": "The answer.",
    "question": "The question.",
    "instructions": "The description that people read.",
    "manager": "The agent who manages it.",
    "first_name": "The first name.",
    "last_name": "The last name.",
    "full_name": "The whole name.",
    "code": "A stable code.",
    "content_type": "The type of the content, as MIME names it.",
    "size": "The size, in bytes.",
    "response": "The text of the response.",
    "method": "The method.",
    "visibility": "Who may see it.",
    "format": "html or text.",
    "on_vacation": "Whether the agent is away and is assigned no tickets.",
    "assigned_only": "Whether the agent sees only tickets that are assigned to them.",
    "sends_alerts": "Whether agents are told by mail.",
    "must_change_password": "Whether they have to choose a new password first.",
    "recipients": "The recipients.",
    "message_id": "The Message-ID of the mail.",
    "attempts": "How often it has been tried.",
    "hint": "A hint for those who fill it in.",
    "label": "The label that people read.",
    "entries": "The entries.",
    "members": "Its members.",
    "comment": "Why: it becomes an internal note.",
    "due_at": "When it is due, in UTC.",
    "poster": "Who wrote it, as it is shown.",
    "thread": "The conversation.",
    "children": "Its children.",
    "lock": "The lock: which agent is working on it.",
    "alert": "Whether agents are told by mail.",
}
_ENDINGS: Final = {
    "_at": "When it was {words}, in UTC.",
    "_on": "The day it was {words}.",
    "_id": "The id of the {words}.",
    "_ids": "The ids of the {words}s.",
    "_count": "How many {words}s there are.",
    "_seconds": "Seconds: {words}.",
    "_bytes": "Bytes: {words}.",
    "_name": "The name of the {words}.",
}
_BEGINNINGS: Final = {
    "is_": "Whether it is {words}.",
    "has_": "Whether it has {words}.",
    "can_": "Whether it can {words}.",
    "may_": "Whether it may {words}.",
}


def describe(schemas: Mapping[str, Schema], structs: Iterable[type]) -> None:
    """Give every property a description that has none: the text beside its field, else what its name means."""
    said = {each.__name__: _texts(each) for each in structs}
    for name, schema in schemas.items():
        for field, property in schema.get("properties", {}).items():
            if "description" not in property:
                property["description"] = said.get(name, {}).get(field) or meaning_of(field)


def meaning_of(field: str) -> str:
    """The description of a property with this name."""
    if field in _MEANINGS:
        return _MEANINGS[field]
    for ending, text in _ENDINGS.items():
        if field.endswith(ending):
            return text.format(words=_words(field.removesuffix(ending)))
    for beginning, text in _BEGINNINGS.items():
        if field.startswith(beginning):
            return text.format(words=_words(field.removeprefix(beginning)))
    words = _words(field)
    return f"{words[:1].upper()}{words[1:]}."


def _words(name: str) -> str:
    return name.replace("_", " ").strip()


@lru_cache(maxsize=2048)
def _texts(struct: type) -> dict[str, str]:
    """The texts beside the fields of a struct, those that it takes over included."""
    found: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        if each.__module__.startswith("osticket_api."):
            found |= _own_texts(each)
    return found


def _own_texts(struct: Any) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(text):
            found[field.target.id] = inspect.cleandoc(ast.literal_eval(text.value))  # type: ignore[attr-defined]
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
