"""Adding whom a provider vouches for, where its settings allow that, and placing agents by their groups.

Source: people.md 1.6 and 6.6 for accounts of users, 3.2 for agents.
"""

from typing import Final

from pydantic import ValidationError
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.flags import AccountStatus
from osticket_api.db.unit import Read, Write
from osticket_api.errors import Conflict, Forbidden, Invalid, Unauthenticated
from osticket_api.events import security
from osticket_api.features.single_sign_on.person import Person
from osticket_api.features.staff.api import StaffCreate, add_vouched_for, place
from osticket_api.features.users.api import KnownUser, create_user, find_user
from osticket_api.kit import utf8mb3
from osticket_api.settings_providers import GroupMapping, Provider

_LONGEST_NAME: Final = 128


def add_user_account(tx: Write, provider: Provider, person: Person) -> int | None:
    """Give somebody an account, and add them as a user if there is none. Returns the user's id; None if that is off.

    Where an account is there, they were not to be found by their address: nothing is added then.
    """
    if not provider.create_users or not person.email or load_config(tx).text("client_registration") == "disabled":
        return None
    user = find_user(tx, email=person.email) or _new_user(tx, person)
    account = t.user_account.c
    if tx.scalar(select(account.id).where(account.user_id == user.id).limit(1)) is not None:
        return None
    try:
        tx.insert(t.user_account, user_id=user.id, status=AccountStatus.CONFIRMED, registered=tx.now)
    except IntegrityError:
        raise Conflict.because(
            "An account has just been created for you; sign in again.", code="already_registered"
        ) from None
    return user.id


def _new_user(tx: Write, person: Person) -> KnownUser:
    name = utf8mb3.to_names(person.name)[:_LONGEST_NAME].strip()
    return create_user(tx, email=person.email, name=name)


def add_agent(tx: Write, provider: Provider, person: Person) -> int | None:
    """Add an agent where one of their groups says where they work. Returns the id; None if that is off.

    Raises: Conflict where the name or the address is taken, Forbidden where they cannot be added as they are.
    """
    mapping = _mapping(provider, person)
    if not provider.create_agents or mapping is None or not person.email:
        return None
    department_id, role_id = _places(tx, provider, mapping)
    try:
        wanted = StaffCreate(
            username=person.username.partition("@")[0] or person.email.partition("@")[0],
            first_name=person.first_name or person.name.partition(" ")[0] or person.email.partition("@")[0],
            last_name=person.last_name or person.name.rpartition(" ")[2] or person.email.partition("@")[0],
            email=person.email,
            department_id=department_id,
            role_id=role_id,
        )
        return add_vouched_for(tx, wanted.properties())
    except (ValidationError, Invalid) as error:
        security.warn(tx, "agent_not_added", provider=provider.name, reason=str(error)[:500])
        message = "Your account has names that no agent here can have; tell an administrator."
        raise Forbidden.because(message, code="agent_not_added") from None


def keep_in_place(tx: Write, provider: Provider, staff_id: int, person: Person) -> None:
    """Move an agent to the department and role of their groups, if the settings say so.

    Raises: Unauthenticated for who is in none of the groups.
    """
    if not provider.update_agents:
        return
    mapping = _mapping(provider, person)
    if mapping is None:
        message = f"None of your groups at {provider.title} may sign in at this help desk."
        raise Unauthenticated.because(message, code="group_missing")
    staff = tx.locked(select(t.staff).where(t.staff.c.staff_id == staff_id))
    if staff is not None:
        place(tx, staff, *_places(tx, provider, mapping))


def _mapping(provider: Provider, person: Person) -> GroupMapping | None:
    """The first mapping, in the order of the settings, of a group that they are in."""
    return next((each for each in provider.agents if each.group in person.groups), None)


def _places(tx: Read, provider: Provider, mapping: GroupMapping) -> tuple[int, int]:
    """The department and the role of a mapping. Raises: Forbidden where one is not there, or there twice."""
    department, role = t.department.c, t.role.c
    department_id = _only(tx, select(department.id).where(department.name == mapping.department))
    role_id = _only(tx, select(role.id).where(role.name == mapping.role))
    if department_id is None or role_id is None:
        message = (
            f"Your group {mapping.group} is mapped to the department {mapping.department} and the role {mapping.role}, "
            "one of which does not exist; tell an administrator."
        )
        raise Forbidden.because(message, code="group_mapping_wrong")
    return department_id, role_id


def _only(tx: Read, statement: Select[int]) -> int | None:
    found = list(tx.scalars(statement.limit(2)))
    return int(found[0]) if len(found) == 1 else None
