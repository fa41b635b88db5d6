"""The ticket queues of a new install: what each selects, its columns, the orders it offers."""

from typing import Any

from osticket_api.db import tables as t
from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan, Rows, rows
from osticket_api.kit import php_json

_TOP = 0x03
_CHILD = 0x2B
_OPEN = ["status__state", "includes", {"open": "Open"}]
_CLOSED = ["status__state", "includes", {"closed": "Closed"}]
_MINE = ["assignee", "includes", {"M": "Me"}]
_MINE_OR_MY_TEAMS = ["assignee", "includes", {"M": "Me", "T": "One of my teams"}]


def _where(*criteria: list[Any]) -> str:
    return php_json.encode({"criteria": criteria, "conditions": []})


_QUEUES = rows(
    "id parent_id title flags sort sort_id config",
    (1, None, "Open", _TOP, 1, 1, php_json.encode([_OPEN])),
    (2, 1, "Open", _CHILD, 1, 4, _where(["isanswered", "nset", None])),
    (3, 1, "Answered", _CHILD, 2, 4, _where(["isanswered", "set", None])),
    (4, 1, "Overdue", _CHILD, 3, 4, _where(["isoverdue", "set", None])),
    (5, None, "My Tickets", _TOP, 3, 3, _where(_MINE_OR_MY_TEAMS, _OPEN)),
    (6, 5, "Assigned to Me", _CHILD, 1, None, _where(_MINE)),
    (7, 5, "Assigned to Teams", _CHILD, 2, None, _where(["assignee", "!includes", {"M": "Me"}])),
    (8, None, "Closed", _TOP, 4, 5, _where(_CLOSED)),
    (9, 8, "Today", _CHILD, 1, 5, _where(["closed", "period", "td"])),
    (10, 8, "Yesterday", _CHILD, 2, 5, _where(["closed", "period", "yd"])),
    (11, 8, "This Week", _CHILD, 3, 5, _where(["closed", "period", "tw"])),
    (12, 8, "This Month", _CHILD, 4, 5, _where(["closed", "period", "tm"])),
    (13, 8, "This Quarter", _CHILD, 5, 6, _where(["closed", "period", "tq"])),
    (14, 8, "This Year", _CHILD, 6, 7, _where(["closed", "period", "ty"])),
)

_BOLD_WHILE_UNANSWERED = php_json.encode([{"crit": ["isanswered", "nset", None], "prop": {"font-weight": "bold"}}])


def _beside(**places: str) -> str:
    """Annotations of a column: which, and on which side (`>` `<` around, `a` after, `b` before)."""
    return php_json.encode([{"c": name, "p": place} for name, place in places.items()])


_SUBJECT_NOTES = _beside(
    TicketThreadCount=">", ThreadAttachmentCount="a", OverdueFlagDecoration="<", LockDecoration="<"
)

_COLUMNS = rows(
    "id name primary secondary filter truncate annotations conditions",
    (
        1,
        "Ticket #",
        "number",
        None,
        "link:ticketP",
        "wrap",
        _beside(TicketSourceDecoration="b"),
        _BOLD_WHILE_UNANSWERED,
    ),
    (2, "Date Created", "created", None, "date:full", "wrap", "[]", "[]"),
    (3, "Subject", "cdata__subject", None, "link:ticket", "ellipsis", _SUBJECT_NOTES, _BOLD_WHILE_UNANSWERED),
    (4, "User Name", "user__name", None, None, "wrap", _beside(ThreadCollaboratorCount=">"), "[]"),
    (5, "Priority", "cdata__priority", None, None, "wrap", "[]", "[]"),
    (6, "Status", "status__id", None, None, "wrap", "[]", "[]"),
    (7, "Close Date", "closed", None, "date:full", "wrap", "[]", "[]"),
    (8, "Assignee", "assignee", None, None, "wrap", "[]", "[]"),
    (9, "Due Date", "duedate", "est_duedate", "date:human", "wrap", "[]", "[]"),
    (10, "Last Updated", "lastupdate", None, "date:full", "wrap", "[]", "[]"),
    (11, "Department", "dept_id", None, None, "wrap", "[]", "[]"),
    (12, "Last Message", "thread__lastmessage", None, "date:human", "wrap", "[]", "[]"),
    (13, "Last Response", "thread__lastresponse", None, "date:human", "wrap", "[]", "[]"),
    (14, "Team", "team_id", None, None, "wrap", "[]", "[]"),
)

_START = ((1, 1, "Ticket", 100), (3, 3, "Subject", 300), (4, 4, "From", 185))
_WITH_PRIORITY = (*_START, (5, 5, "Priority", 85))
_MINE_WITH_ACTIVITY = (*_WITH_PRIORITY, (10, 2, "Last Update", 150))
_LAYOUTS = {
    (1, 2, 3): (*_WITH_PRIORITY, (10, 2, "Last Updated", 150), (8, 6, "Assigned To", 160)),
    (4,): (*_WITH_PRIORITY, (8, 6, "Assigned To", 160), (9, 9, "Due Date", 150)),
    (5, 6): (*_MINE_WITH_ACTIVITY, (11, 6, "Department", 160)),
    (7,): (*_MINE_WITH_ACTIVITY, (14, 6, "Team", 160)),
    tuple(range(8, 15)): (*_START, (7, 2, "Date Closed", 150), (8, 6, "Closed By", 160)),
}
"""Which queues show which columns: (column, position, heading, width)."""

_SORTS = rows(
    "id name columns",
    (1, "Priority + Most Recently Updated", php_json.encode(["-cdata__priority", "-lastupdate"])),
    (2, "Priority + Most Recently Created", php_json.encode(["-cdata__priority", "-created"])),
    (3, "Priority + Due Date", php_json.encode(["-cdata__priority", "-est_duedate"])),
    (4, "Due Date", php_json.encode(["-est_duedate"])),
    (5, "Closed Date", php_json.encode(["-closed"])),
    (6, "Create Date", php_json.encode(["-created"])),
    (7, "Update Date", php_json.encode(["-lastupdate"])),
)


def plan(desk: NewDesk) -> Plan:
    """Source: tickets.md 8.3, Appendix C."""
    yield t.queue, [{"root": "T", **queue} for queue in _QUEUES]
    yield t.queue_column, _COLUMNS
    yield t.queue_columns, _layout()
    yield t.queue_sort, _SORTS
    yield t.queue_sorts, rows("queue_id sort_id", *_offered_sorts())


def _layout() -> Rows:
    return rows(
        "queue_id staff_id column_id bits sort heading width",
        *(
            (queue, 0, column, 1, position, heading, width)
            for queues, columns in _LAYOUTS.items()
            for queue in queues
            for column, position, heading, width in columns
        ),
    )


def _offered_sorts() -> list[tuple[int, int]]:
    open_queues = [(queue, sort) for queue in (1, 5, 6, 7) for sort in (1, 2, 3, 4, 6, 7)]
    return open_queues + [(queue, sort) for queue in range(8, 15) for sort in range(1, 8)]
