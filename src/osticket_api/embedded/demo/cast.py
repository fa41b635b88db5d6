"""The people of the sample help desk. Everybody's password is `DEMO_PASSWORD`.

alice has the full role in Support, bob may only look there; charlie works in Billing; dora administers everything.
uma and ugo belong to Acme Corp and see each other's tickets; ulf belongs to nobody.
"""

from dataclasses import dataclass

from osticket_api.db import tables as t
from osticket_api.db.flags import AccountStatus, OrganizationStatus, UserStatus
from osticket_api.embedded.additions import Agent, Named, User, add_agent, add_organization, add_user
from osticket_api.embedded.demo import DEMO_PASSWORD
from osticket_api.embedded.demo.setting import Setting
from osticket_api.embedded.ledger import Ledger
from osticket_api.embedded.new_desk import password_hash
from osticket_api.embedded.seed.access import AGENT_PERMISSIONS, grant

_ALL_ACCESS, _VIEW_ONLY = 1, 4


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
    passwd = password_hash(DEMO_PASSWORD) or ""
    alice, bob, charlie, dora = _plant_agents(ledger, setting, passwd)
    acme = add_organization(
        ledger,
        "Acme Corp",
        address="1 Canal Street",
        phone="5551234567",
        website="https://acme.example",
        manager=f"s{alice.id}",
        status=OrganizationStatus.SHARED_WITH_EVERYBODY,
        domain="acme.example",
    )
    uma = add_user(ledger, "Uma Underwood", "uma@acme.example", acme, status=UserStatus.PRIMARY_CONTACT)
    return Cast(
        alice,
        bob,
        charlie,
        dora,
        uma=_with_account(ledger, uma, "uma", passwd),
        ugo=_with_account(ledger, add_user(ledger, "Ugo Urban", "ugo@acme.example", acme), "ugo", passwd),
        ulf=_with_account(ledger, add_user(ledger, "Ulf Unger", "ulf@example.net"), "ulf", passwd),
        nina=add_user(ledger, "Nina North", "nina@example.net"),
        omar=add_user(ledger, "Omar Ortiz", "omar@example.net"),
    )


def _plant_agents(ledger: Ledger, setting: Setting, passwd: str) -> tuple[Agent, Agent, Agent, Agent]:
    support, billing = setting.support.id, setting.billing.id
    some, every = grant(AGENT_PERMISSIONS), grant(f"{AGENT_PERMISSIONS} search.all stats.agents")
    alice = add_agent(ledger, "alice", "Alice Archer", support, _ALL_ACCESS, passwd=passwd, permissions=some)
    bob = add_agent(ledger, "bob", "Bob Baker", support, _VIEW_ONLY, passwd=passwd)
    charlie = add_agent(ledger, "charlie", "Charlie Carter", billing, _ALL_ACCESS, passwd=passwd)
    dora = add_agent(ledger, "dora", "Dora Drake", support, _ALL_ACCESS, passwd=passwd, permissions=every, isadmin=True)
    for department in (setting.sales, setting.maintenance, setting.billing, setting.workplace):
        ledger.add(t.staff_dept_access, staff_id=dora.id, dept_id=department.id, role_id=_ALL_ACCESS)
    _join(ledger, setting.first_level, alice, bob)
    _join(ledger, setting.escalation, dora, alice)
    return alice, bob, charlie, dora


def _join(ledger: Ledger, team: Named, *agents: Agent) -> None:
    for agent in agents:
        ledger.add(t.team_member, team_id=team.id, staff_id=agent.id, flags=1)


def _with_account(ledger: Ledger, user: User, username: str, passwd: str) -> User:
    """Source: people.md 1.6."""
    ledger.add(t.user_account, user_id=user.id, status=AccountStatus.CONFIRMED, username=username, passwd=passwd)
    return User(user.id, user.name, user.address, has_account=True)
