"""Tasks of the sample help desk. Source: tickets.md 6.2 to 6.4."""

from datetime import datetime

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag, TaskFlag
from osticket_api.embedded.additions import Agent, Named
from osticket_api.embedded.demo.case import Case
from osticket_api.embedded.demo.conversation import Conversation
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.ledger import Row
from osticket_api.embedded.seed.forms import TASK, TASK_TITLE

_TASK_NUMBERS = 2


def create_task(
    stage: Stage, title: str, body: str, department: Named, by: Agent, at: datetime, *, of: Case | None = None
) -> Conversation:
    """`of` is the ticket the task belongs to, if any."""
    task = _task(stage, department, of.about["ticket_id"] if of else None, at)
    add = stage.ledger.add
    entry = add(t.form_entry, form_id=TASK, object_type="A", object_id=task["id"], created=at, updated=at)["id"]
    add(t.form_entry_values, entry_id=entry, field_id=TASK_TITLE, value=title, value_id=None)
    add(t.task_cdata, task_id=task["id"], title=title)
    thread = add(t.thread, object_type="A", object_id=task["id"], created=at, lastmessage=None, lastresponse=None)
    talk = Conversation(stage.ledger, task, thread, "A")
    talk.post("M", by, body, at, title=title, flags=EntryFlag.ORIGINAL)
    talk.log("created", at, by)
    return talk


def _task(stage: Stage, department: Named, ticket: int | None, at: datetime) -> Row:
    return stage.ledger.add(
        t.task,
        number=str(stage.take(_TASK_NUMBERS)),
        object_type="T" if ticket else "",
        object_id=ticket,
        dept_id=department.id,
        staff_id=None,
        team_id=None,
        flags=TaskFlag.OPEN,
        closed=None,
        created=at,
        updated=at,
    )


def give_task(talk: Conversation, to: Agent | Named, by: Agent, at: datetime) -> None:
    if isinstance(to, Named):
        talk.about["team_id"] = to.id
        talk.log("assigned", at, by, {"team": to.id})
        return
    first, _, last = to.name.partition(" ")
    talk.about["staff_id"] = to.id
    name = {"format": "full", "parts": {"first": first, "last": last}, "name": to.name}
    talk.log("assigned", at, by, {"staff": [to.id, name]})


def finish_task(talk: Conversation, by: Agent, case: Case | None, at: datetime) -> None:
    talk.about |= {"flags": 0, "closed": at}
    talk.log("closed", at, by)
    if case:
        case.note(by, f"Task {talk.about['number']} Closed", "Task closed", at)
