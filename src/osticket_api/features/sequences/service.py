"""Setting up sequences. Source: tickets.md 1.9, Appendix A, golden case 374."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, and_, delete

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.flags import SequenceFlag
from osticket_api.db.unit import Write
from osticket_api.errors import Conflict
from osticket_api.features.sequences.queries import get_sequence
from osticket_api.query.resource import Resource, refuse_in_use

SEQUENCES: Final = Resource("sequence", t.sequence, get_sequence)

_SETTINGS: Final = ("ticket_sequence_id", "task_sequence_id")


def add_sequence(tx: Write, actor: Principal, given: Mapping[str, Any]) -> int:
    """Add a sequence. Until a number is drawn from it, it has no `updated`. Returns its id.

    Raises: Conflict for a name that is taken.
    """
    SEQUENCES.check_unique(tx, "name", given["name"], field="name")
    sequence_id = tx.insert(t.sequence, **given)
    tx.note_effect("sequence", id=sequence_id, added=True)
    return sequence_id


def edit_sequence(tx: Write, actor: Principal, sequence: Row[Any], given: Mapping[str, Any]) -> None:
    """Change a sequence. Numbers that are taken are passed over, however far back it is set.

    Raises: Conflict for a name that is taken.
    """
    if "name" in given:
        SEQUENCES.check_unique(tx, "name", given["name"], field="name", but=sequence.id)
    SEQUENCES.save(tx, sequence, given)


def delete_sequence(tx: Write, actor: Principal, sequence: Row[Any]) -> None:
    """Delete a sequence that nothing is numbered by. Raises: Conflict."""
    if (sequence.flags or 0) & SequenceFlag.BUILT_IN:
        raise Conflict.because("Built-in sequences cannot be deleted.", code="is_built_in")
    config = t.config.c
    is_set = and_(config.namespace == "core", config.key.in_(_SETTINGS), config.value == str(sequence.id))
    uses = {"topics": t.help_topic.c.sequence_id == sequence.id, "settings": is_set}
    refuse_in_use(tx, "sequence", uses, "Number the tickets and tasks by another sequence first.")
    tx.change(delete(t.sequence).where(t.sequence.c.id == sequence.id))
