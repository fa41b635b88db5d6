"""Departments, agents, users and organizations as osTicket writes them when somebody adds one."""

from dataclasses import dataclass
from typing import Any

from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, OrganizationStatus
from osticket_api.embedded.ledger import Ledger
from osticket_api.embedded.seed.forms import CONTACT, ORGANIZATION


@dataclass(frozen=True)
class Named:
    """A department or a team."""

    id: int
    name: str


@dataclass(frozen=True)
class Agent:
    id: int
    username: str
    name: str


@dataclass(frozen=True)
class User:
    id: int
    name: str
    address: str
    has_account: bool = False

    @property
    def recipient(self) -> str:
        return f"{self.name} <{self.address}>"


def add_department(ledger: Ledger, name: str, *, parent: Named | None = None, sla: int | None = None) -> Named:
    """Source: people.md 4.1."""
    row = ledger.add(
        t.department,
        name=name,
        pid=parent.id if parent else None,
        sla_id=sla,
        flags=DepartmentFlag.ACTIVE,
        group_membership=1,
        message_auto_response=True,
    )
    row["path"] = f"/{parent.id}/{row['id']}/" if parent else f"/{row['id']}/"
    return Named(row["id"], name)


def add_agent(
    ledger: Ledger, username: str, name: str, department: int, role: int, *, passwd: str | None = None, **columns: Any
) -> Agent:
    """Add an agent. Without a password nobody can sign in as this agent. Source: people.md 3.1."""
    first, _, last = name.partition(" ")
    row = ledger.add(
        t.staff,
        username=username,
        firstname=first,
        lastname=last,
        email=f"{username}@desk.example",
        passwd=passwd,
        dept_id=department,
        role_id=role,
        **{"isadmin": False, "permissions": None, **columns},
    )
    return Agent(row["staff_id"], username, name)


def add_user(ledger: Ledger, name: str, address: str, organization: int | None = None, *, status: int = 0) -> User:
    """A guest, until an account is added. Source: people.md 1.2."""
    row = ledger.add(t.user, name=name, org_id=organization, status=status)
    row["default_email_id"] = ledger.add(t.user_email, user_id=row["id"], address=address)["id"]
    _answer(ledger, CONTACT, "U", row["id"], {3: None, 4: None})
    ledger.add(t.user_cdata, user_id=row["id"], phone="", notes="")
    ledger.index("U", row["id"], name, f" {address}")
    return User(row["id"], name, address)


def add_organization(
    ledger: Ledger, name: str, *, address: str = "", phone: str = "", website: str = "", **columns: Any
) -> int:
    """Source: people.md 2.2."""
    number: int = ledger.add(
        t.organization, name=name, **{"status": OrganizationStatus.SHARED_WITH_PRIMARY_CONTACTS, **columns}
    )["id"]
    answers = {28: address or None, 29: phone or None, 30: website or None, 31: None}
    _answer(ledger, ORGANIZATION, "O", number, answers)
    ledger.add(t.organization_cdata, org_id=number, address=address, phone=phone, website=website, notes="")
    shown = (address, f"({phone[:3]}) {phone[3:6]}-{phone[6:]}" if phone else "", website)
    ledger.index("O", number, name, "\n".join(filter(None, shown)))
    return number


def _answer(ledger: Ledger, form: int, kind: str, number: int, answers: dict[int, str | None]) -> None:
    entry = ledger.add(t.form_entry, form_id=form, object_type=kind, object_id=number)
    for field, value in answers.items():
        ledger.add(t.form_entry_values, entry_id=entry["id"], field_id=field, value=value)
