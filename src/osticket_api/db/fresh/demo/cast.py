"""The people of the sample help desk. Everybody's password is `DEMO_PASSWORD`.

alice has the full role in Support, bob may only look there; charlie works in Billing; dora administers everything.
uma and ugo belong to Acme Corp and see each other's tickets; ulf belongs to nobody.
"""

from dataclasses import dataclass

from osticket_api.db import tables as t
from osticket_api.db.fresh.demo.setting import Setting
from osticket_api.db.fresh.ledger import Ledger, Row
from osticket_api.db.fresh.newdesk import password_hash
from osticket_api.db.fresh.seed import forms
from osticket_api.db.fresh.seed.access import AGENT_PERMISSIONS, grant

DEMO_PASSWORD = "demo-help-desk"  # noqa: S105
ALL_ACCESS, VIEW_ONLY = 1, 4
_CONFIRMED = 1
_SHARED_WITH_EVERYBODY = 0x10
_PRIMARY_CONTACT = 1


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
    has_account: bool

    @property
    def recipient(self) -> str:
        return f"{self.name} <{self.address}>"


@dataclass(frozen=True)
class Cast:
    alice: Agent
    bob: Agent
    charlie: Agent
    dora: Agent
    uma: User
    ugo: User
    ulf: User
    nina: User
    omar: User


def plant_cast(ledger: Ledger, setting: Setting) -> Cast:
    """Source: people.md 1.2, 1.6, 2.2, 3.2."""
    people = _People(ledger, password_hash(DEMO_PASSWORD) or "")
    support = setting.support.id
    alice = people.agent("alice", "Alice Archer", support, ALL_ACCESS, permissions=AGENT_PERMISSIONS)
    bob = people.agent("bob", "Bob Baker", support, VIEW_ONLY)
    charlie = people.agent("charlie", "Charlie Carter", setting.billing.id, ALL_ACCESS)
    every_permission = f"{AGENT_PERMISSIONS} search.all stats.agents"
    dora = people.agent("dora", "Dora Drake", support, ALL_ACCESS, permissions=every_permission, isadmin=True)
    for department in (setting.sales, setting.maintenance, setting.billing, setting.workplace):
        ledger.add(t.staff_dept_access, staff_id=dora.id, dept_id=department.id, role_id=ALL_ACCESS)
    _plant_teams(ledger, setting, first_level=(alice, bob), escalation=(dora, alice))
    acme = _plant_organization(ledger, account_manager=alice)
    return Cast(
        alice,
        bob,
        charlie,
        dora,
        uma=people.user("uma", "Uma Underwood", "uma@acme.example", acme, status=_PRIMARY_CONTACT),
        ugo=people.user("ugo", "Ugo Urban", "ugo@acme.example", acme),
        ulf=people.user("ulf", "Ulf Unger", "ulf@example.net"),
        nina=people.user("", "Nina North", "nina@example.net"),
        omar=people.user("", "Omar Ortiz", "omar@example.net"),
    )


@dataclass(frozen=True)
class _People:
    ledger: Ledger
    passwd: str

    def agent(
        self, username: str, name: str, department: int, role: int, *, permissions: str = "", isadmin: bool = False
    ) -> Agent:
        first, _, last = name.partition(" ")
        row = self.ledger.add(
            t.staff,
            username=username,
            firstname=first,
            lastname=last,
            email=f"{username}@desk.example",
            passwd=self.passwd,
            dept_id=department,
            role_id=role,
            isadmin=isadmin,
            permissions=grant(permissions) if permissions else None,
        )
        return Agent(row["staff_id"], username, name)

    def user(self, username: str, name: str, address: str, organization: int | None = None, *, status: int = 0) -> User:
        """Without a username: a guest, who has no account."""
        ledger = self.ledger
        row = ledger.add(t.user, name=name, org_id=organization, status=status)
        email = ledger.add(t.user_email, user_id=row["id"], address=address)
        row["default_email_id"] = email["id"]
        _answer(ledger, forms.CONTACT, "U", row["id"], {3: None, 4: None})
        ledger.add(t.user_cdata, user_id=row["id"], phone="", notes="")
        ledger.index("U", row["id"], name, f" {address}")
        if username:
            ledger.add(t.user_account, user_id=row["id"], status=_CONFIRMED, username=username, passwd=self.passwd)
        return User(row["id"], name, address, bool(username))


def _plant_teams(
    ledger: Ledger, setting: Setting, first_level: tuple[Agent, ...], escalation: tuple[Agent, ...]
) -> None:
    for team, members in ((setting.first_level, first_level), (setting.escalation, escalation)):
        for agent in members:
            ledger.add(t.team_member, team_id=team.id, staff_id=agent.id, flags=1)


def _plant_organization(ledger: Ledger, account_manager: Agent) -> int:
    address, phone, website = "1 Canal Street", "5551234567", "https://acme.example"
    acme = ledger.add(
        t.organization,
        name="Acme Corp",
        manager=f"s{account_manager.id}",
        status=_SHARED_WITH_EVERYBODY,
        domain="acme.example",
    )
    _answer(ledger, forms.ORGANIZATION, "O", acme["id"], {28: address, 29: phone, 30: website, 31: None})
    ledger.add(t.organization_cdata, org_id=acme["id"], address=address, phone=phone, website=website, notes="")
    ledger.index("O", acme["id"], "Acme Corp", f"{address}\n(555) 123-4567\n{website}")
    number: int = acme["id"]
    return number


def _answer(ledger: Ledger, form: int, kind: str, number: int, answers: dict[int, str | None]) -> Row:
    entry = ledger.add(t.form_entry, form_id=form, object_type=kind, object_id=number)
    for field, value in answers.items():
        ledger.add(t.form_entry_values, entry_id=entry["id"], field_id=field, value=value)
    return entry
