"""Where generated tickets happen: existing and additional departments, agents, users, organizations."""

from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select

from osticket_api.db import tables as t
from osticket_api.db.unit import Read, Write
from osticket_api.embedded.additions import Agent, User, add_agent, add_department, add_organization, add_user
from osticket_api.embedded.ledger import Ledger
from osticket_api.embedded.rows import plant
from osticket_api.embedded.volume.words import Writer

_DEPARTMENTS = ("Accounts", "Development", "Logistics", "Returns", "Training", "Purchasing", "Human Resources")
_DEPARTMENT_COUNT = 8
_AGENTS_PER_DEPARTMENT = 4
_EXPANDED_ACCESS = 2
_TICKETS_PER_USER, _FEWEST_USERS = 50, 20
_USERS_PER_ORGANIZATION, _FEWEST_ORGANIZATIONS = 25, 3


@dataclass(frozen=True)
class World:
    departments: list[int]
    agents: dict[int, list[Agent]]
    users: list[User]
    topics: list[int]


def populate(tx: Write, ticket_count: int, writer: Writer) -> World:
    """Add what is missing for so many tickets, and give all there is."""
    ledger = Ledger(tx)
    departments = _departments(tx, ledger)
    agents = {department: _agents(ledger, writer, department, place) for place, department in enumerate(departments)}
    count = max(ticket_count // _TICKETS_PER_USER, _FEWEST_USERS)
    customers = max(count // _USERS_PER_ORGANIZATION, _FEWEST_ORGANIZATIONS)
    organizations = [add_organization(ledger, f"Customer {number:04}") for number in range(1, customers + 1)]
    users = [
        add_user(
            ledger, writer.name(number), f"user{number + 1:05}@customer.example", organizations[number % customers]
        )
        for number in range(count)
    ]
    plant(tx, ledger.plan)
    return World(departments, agents, users, _plain_topics(tx))


def _agents(ledger: Ledger, writer: Writer, department: int, place: int) -> list[Agent]:
    numbers = range(place * _AGENTS_PER_DEPARTMENT, (place + 1) * _AGENTS_PER_DEPARTMENT)
    return [
        add_agent(ledger, f"agent{number + 1:02}", writer.name(7 * number + 3), department, _EXPANDED_ACCESS)
        for number in numbers
    ]


def _departments(tx: Read, ledger: Ledger) -> list[int]:
    found = list(tx.scalars(select(t.department.c.id).order_by(t.department.c.id)))
    missing = islice(_DEPARTMENTS, max(_DEPARTMENT_COUNT - len(found), 0))
    return found + [add_department(ledger, name).id for name in missing]


def _plain_topics(tx: Read) -> list[int]:
    """Help topics that ask for nothing but the ticket form, and take their numbers from the common supply."""
    topic, form = t.help_topic.c, t.help_topic_form.c
    return list(
        tx.scalars(
            select(topic.topic_id)
            .join(t.help_topic_form, form.topic_id == topic.topic_id)
            .where(topic.sequence_id.is_(None))
            .group_by(topic.topic_id)
            .having(func.count() == 1)
            .order_by(topic.topic_id)
        )
    )
