"""How a ticket of the sample help desk comes to be. Source: tickets.md 1.10."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from osticket_api.db import tables as t
from osticket_api.db.flags import EntryFlag
from osticket_api.embedded.additions import Agent, Named, User
from osticket_api.embedded.demo.answers import Answers
from osticket_api.embedded.demo.case import OPEN, Case
from osticket_api.embedded.demo.setting import Topic
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.hours import due_at
from osticket_api.embedded.ledger import Row
from osticket_api.embedded.seed.forms import PRIORITY, SUBJECT, TICKET
from osticket_api.embedded.seed.ticketing import NOTHING_HIDDEN

_PRIORITIES = {1: "Low", 2: "Normal", 3: "High", 4: "Emergency"}
_GRACE_HOURS, _URGENT_HOURS = 18, 4
_UNTIL_CRON = timedelta(minutes=3)
_SUPPORT_MAILBOX = 1


@dataclass(frozen=True)
class Request:
    """What somebody asks for. `by` is the agent who takes it down, on the phone mostly."""

    user: User
    topic: Topic
    subject: str
    body: str
    source: str = "Web"
    by: Agent | None = None
    priority: int | None = None
    department: Named | None = None
    needed_at: datetime | None = None
    answers: Callable[[Answers], Answers] | None = None

    @property
    def entry_source(self) -> str:
        """The portal leaves no mark on entries."""
        return "" if self.source == "Web" else self.source

    @property
    def is_signed_in(self) -> bool:
        return self.source == "Web" and self.user.has_account


def open_ticket(stage: Stage, request: Request, at: datetime) -> Case:
    ticket = _ticket(stage, request, at)
    thread = stage.ledger.add(
        t.thread, object_type="T", object_id=ticket["ticket_id"], created=at, lastmessage=None, lastresponse=None
    )
    case = Case(stage.ledger, ticket, thread, owner=request.user, due=partial(_due, stage, request.topic.sla))
    ticket["est_duedate"] = case.due(at)
    _ask(case, request, at)
    _fill_forms(stage, ticket, request, at)
    watch(stage, case)
    return case


def watch(stage: Stage, case: Case) -> None:
    """Have cron look at the ticket when its time has passed."""
    stage.at((case.about["duedate"] or case.about["est_duedate"]) + _UNTIL_CRON, case.mark_overdue)


def _due(stage: Stage, sla: int, start: datetime) -> datetime:
    if sla == stage.setting.urgent_sla:
        return start + timedelta(hours=_URGENT_HOURS)
    return due_at(start, _GRACE_HOURS, stage.zone)


def _ticket(stage: Stage, request: Request, at: datetime) -> Row:
    came_by_mail = request.source == "Email"
    return stage.ledger.add(
        t.ticket,
        number=_number(stage, request.topic),
        user_id=request.user.id,
        status_id=OPEN,
        dept_id=(request.department or request.topic.department).id,
        sla_id=request.topic.sla,
        topic_id=request.topic.id,
        staff_id=None,
        team_id=None,
        email_id=_SUPPORT_MAILBOX if came_by_mail else None,
        source=request.source,
        ip_address="" if came_by_mail else "192.0.2.7",
        isoverdue=False,
        isanswered=False,
        duedate=request.needed_at,
        reopened=None,
        closed=None,
        created=at,
        updated=at,
        lastupdate=at,
    )


def _number(stage: Stage, topic: Topic) -> str:
    if topic.number_format:
        return topic.number_format.replace("#####", f"{stage.take(1):05}")
    return stage.random_number()


def _ask(case: Case, request: Request, at: datetime) -> None:
    user, by = request.user, request.by
    case.log("created", at, by or user, **({} if by or request.is_signed_in else {"username": "SYSTEM"}))
    entry = case.post(
        "M",
        user,
        request.body,
        at,
        title=request.subject,
        source=request.entry_source,
        recipients=case.recipients() if by else None,
        flags=EntryFlag.ORIGINAL,
    )
    case.heard(entry, at)
    if request.source == "Email":
        mid = f"<{at:%Y%m%d%H%M%S}.{entry['id']}@{user.address.partition('@')[2]}>"
        headers = f"Message-ID: {mid}\nFrom: {user.recipient}\nSubject: {request.subject}"
        case.ledger.add(t.thread_entry_email, thread_entry_id=entry["id"], mid=mid, headers=headers)


def _fill_forms(stage: Stage, ticket: Row, request: Request, at: datetime) -> None:
    add, number = stage.ledger.add, ticket["ticket_id"]
    priority = request.priority or request.topic.priority
    stamps = {"extra": NOTHING_HIDDEN, "created": at, "updated": at}
    entry = add(t.form_entry, form_id=TICKET, object_type="T", object_id=number, sort=0, **stamps)["id"]
    add(t.form_entry_values, entry_id=entry, field_id=SUBJECT, value=request.subject, value_id=None)
    add(t.form_entry_values, entry_id=entry, field_id=PRIORITY, value=_PRIORITIES[priority], value_id=priority)
    add(t.ticket_cdata, ticket_id=number, subject=request.subject, priority=str(priority))
    found = [request.subject]
    if request.topic is stage.setting.equipment:
        answers = Answers(stage.ledger, stage.setting, number, at)
        found += (request.answers(answers) if request.answers else answers).searchable
    stage.ledger.index("T", number, f"{ticket['number']} {request.subject}", "\n".join(found))
