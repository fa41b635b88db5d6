"""What osTicket writes when something happens to a ticket: each method is one operation at one moment of the past."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from osticket_api.db import tables as t
from osticket_api.db.flags import CollaboratorFlag, EntryFlag
from osticket_api.embedded.additions import Agent, Named, User
from osticket_api.embedded.demo.conversation import Conversation
from osticket_api.embedded.ledger import Row

OPEN, RESOLVED, CLOSED = 1, 2, 3
_STATUS_NAMES = {RESOLVED: "Resolved", CLOSED: "Closed"}
_ACTIVE_CC = CollaboratorFlag.ACTIVE | CollaboratorFlag.CC


@dataclass
class Case(Conversation):
    """A ticket so far. `due` says when it would be due if its time began at some moment."""

    owner: User = field(kw_only=True)
    due: Callable[[datetime], datetime] = field(kw_only=True)
    collaborators: dict[int, User] = field(default_factory=dict)
    last_message: int | None = None
    referred: set[int] = field(default_factory=set)
    closing: Row | None = None

    @property
    def is_open(self) -> bool:
        return bool(self.about["status_id"] == OPEN)

    def message(self, user: User, body: str, at: datetime) -> None:
        """A message from the portal, which reopens a closed ticket. Source: tickets.md 3.3, 4.1.3."""
        flags = EntryFlag.COLLABORATOR if user in self.collaborators.values() else 0
        entry = self.post("M", user, body, at, recipients=self.recipients(without=user), flags=flags)
        self.heard(entry, at)
        if not self.is_open:
            self._reopen(at)
            self.log("reopened", at, user, uid=None, uid_type="S")

    def heard(self, entry: Row, at: datetime) -> None:
        """Note that this entry is the last message."""
        self.last_message = entry["id"]
        self.thread["lastmessage"] = at
        self.about |= {"isanswered": False, "lastupdate": at, "updated": at}

    def recipients(self, without: User | None = None) -> dict[str, dict[int, str]]:
        """Owner and collaborators. Source: tickets.md 2.4."""
        to = {} if self.owner is without else {self.owner.id: self.owner.recipient}
        cc = {number: user.recipient for number, user in self.collaborators.items() if user is not without}
        return {kind: people for kind, people in (("to", to), ("cc", cc)) if people}

    def reply(self, agent: Agent, body: str, at: datetime) -> None:
        """The first to reply takes an unassigned ticket. Source: tickets.md 3.1."""
        self.post("R", agent, body, at, reply_to=self.last_message, recipients=self.recipients())
        self.thread["lastresponse"] = at
        if self.is_open and self.about["staff_id"] is None:
            self.about |= {"staff_id": agent.id, "updated": at}
        if not self.about["isanswered"]:
            self.about |= {"isanswered": True, "updated": at}

    def note(self, agent: Agent, title: str, body: str, at: datetime) -> None:
        """Source: tickets.md 3.2."""
        self.post("N", agent, body, at, title=title)

    def assign(self, agent: Agent, by: Agent, comment: str, at: datetime) -> None:
        """Source: tickets.md 4.2, 4.3."""
        self.about |= {"staff_id": agent.id, "updated": at}
        claims = agent is by
        self.log("assigned", at, by, {"claim": True} if claims else {"staff": [agent.id, agent.name]})
        if comment:
            title = f"Ticket claimed by {agent.name}" if claims else f"Ticket Assigned to {agent.name}"
            self.note(by, title, comment, at)

    def assign_team(self, team: Named, by: Agent, at: datetime) -> None:
        """Source: tickets.md 4.3."""
        self.about |= {"team_id": team.id, "updated": at}
        self.log("assigned", at, by, {"team": team.id})

    def transfer(self, department: Named, before: Named, by: Agent, comment: str, at: datetime) -> None:
        """Source: tickets.md 4.6."""
        self.about |= {"dept_id": department.id, "updated": at}
        self.log("transferred", at, by, {"dept": department.name})
        if comment:
            self.note(by, f"Ticket transferred from {before.name} to {department.name}", comment, at)

    def collaborate(self, user: User, by: Agent, at: datetime) -> None:
        """Source: tickets.md 7."""
        row = self.ledger.add(
            t.thread_collaborator,
            thread_id=self.thread["id"],
            user_id=user.id,
            flags=_ACTIVE_CC,
            created=at,
            updated=at,
        )
        self.collaborators[row["id"]] = user
        self.log("collab", at, by, {"add": {str(user.id): {"name": user.name}}})

    def close(self, agent: Agent, status: int, comment: str, at: datetime) -> None:
        """Due times that have passed go with it. Source: tickets.md 4.1.1."""
        referred = self.about["staff_id"] or agent.id
        self.about |= {"status_id": status, "staff_id": agent.id, "closed": at, "lastupdate": at, "updated": at}
        self.about |= {name: None for name in ("duedate", "est_duedate") if (self.about[name] or at) < at}
        self.about["isoverdue"] = False
        self._refer(referred, at)
        if comment:
            self.note(agent, "Status Changed", comment, at)
        self.closing = self.log("closed", at, agent, {"status": [status, _STATUS_NAMES[status]]})

    def _refer(self, staff: int, at: datetime) -> None:
        if staff not in self.referred:
            self.referred.add(staff)
            self.ledger.add(
                t.thread_referral, thread_id=self.thread["id"], object_id=staff, object_type="S", created=at
            )

    def _reopen(self, at: datetime) -> None:
        self.about |= {"status_id": OPEN, "closed": None, "reopened": at, "isanswered": False, "lastupdate": at}
        self.about["est_duedate"] = self.due(at)
        if self.closing is not None:
            self.closing["annulled"] = True

    def mark_overdue(self, at: datetime) -> None:
        """What the cron run does to a ticket whose time has passed. Source: tickets.md 12."""
        due = self.about["duedate"] or self.about["est_duedate"]
        if self.is_open and not self.about["isoverdue"] and due is not None and due < at:
            self.about |= {"isoverdue": True, "updated": at}
            self.log("overdue", at, None)
