"""Ask and change the ban list: to osTicket it is a ticket filter of a fixed name, with a rule per address."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, delete, select, update

from osticket_api.db import tables as t
from osticket_api.db.identity import prepared_named
from osticket_api.db.unit import Read, Write

NAME: Final = "SYSTEM BAN LIST"


def is_banned(tx: Read, email: str) -> bool:
    """Whether this address is on the ban list and the list is in force. Letter case does not count.

    Source: tickets.md 1.5
    """
    return any(rule.isactive and rule.list_isactive for rule in _rules(tx, email))


def ban(tx: Write, email: str, *, notes: str = "") -> bool:
    """Put an address on the ban list. False if it stood there already.

    An entry that an administrator has switched off is switched on again. No ticket gets an event or a note.

    Source: tickets.md 4.12
    """
    existing = _rules(tx, email)
    if not existing:
        _add_rule(tx, email, notes)
        return True
    switch_on = update(t.filter_rule).where(t.filter_rule.c.id == existing[0].id, ~t.filter_rule.c.isactive)
    return tx.change(switch_on.values(isactive=True, updated=tx.now)) > 0


def edit_ban(tx: Write, email: str, changes: Mapping[str, Any]) -> None:
    """Change the notes of an entry, or whether it counts. Only what is new is written. Source: people.md 0.1."""
    columns = {"notes": "notes", "is_active": "isactive"}
    rule = t.filter_rule.c
    for name, value in changes.items():
        column = rule[columns[name]]
        new = value if value is not None else ""
        row = update(t.filter_rule).where(rule.id.in_([each.id for each in _rules(tx, email)]), column != new)
        if tx.change(row.values(**{columns[name]: new}, updated=tx.now)):
            tx.note_effect("ban", email=email, changed=name)


def unban(tx: Write, email: str) -> bool:
    """Take an address off the ban list. False if it was not on it.

    Source: tickets.md 4.12
    """
    rules = [rule.id for rule in _rules(tx, email)]
    return bool(rules) and tx.change(delete(t.filter_rule).where(t.filter_rule.c.id.in_(rules))) > 0


def _rules(tx: Read, email: str) -> list[Any]:
    return prepared_named(tx, _select_rules(), t.filter_rule.c.val, email)


@cache
def _select_rules() -> Select[Any]:
    rule = t.filter_rule.c
    return (
        select(rule.id, rule.isactive, t.filter_.c.isactive.label("list_isactive"))
        .join(t.filter_, t.filter_.c.id == rule.filter_id)
        .where(t.filter_.c.name == NAME, rule.what == "email")
    )


def _add_rule(tx: Write, email: str, notes: str) -> None:
    tx.insert(
        t.filter_rule,
        filter_id=tx.scalar(select(t.filter_.c.id).where(t.filter_.c.name == NAME)) or _add_list(tx),
        what="email",
        how="equal",
        val=email,
        notes=notes,
        created=tx.now,
        updated=tx.now,
    )


def _add_list(tx: Write) -> int:
    """The filter itself, as an installation begins with it, for help desks that have lost it."""
    filter_id = tx.insert(t.filter_, name=NAME, target="Email", execorder=99, created=tx.now, updated=tx.now)
    tx.insert(t.filter_action, filter_id=filter_id, sort=1, type="reject", configuration="[]", updated=tx.now)
    return filter_id
