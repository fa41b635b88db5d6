"""Mails that answer those about a task.

osTicket opens a ticket for what an agent writes; here it is a note on the task. Agents hear of a user's message too.

Source: tickets.md 6.5 and 13.3, mail.md 1.8.
"""

from dataclasses import replace

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db.unit import Write
from osticket_api.features.inbound_mail.arrival import Arrival
from osticket_api.features.inbound_mail.entries import message_of, note_of
from osticket_api.features.inbound_mail.matching import Match
from osticket_api.features.inbound_mail.writers import Writer
from osticket_api.features.tasks.api import load_task
from osticket_api.features.threads.api import add_entry
from osticket_api.mail import outbox


def answer_task(tx: Write, arrival: Arrival, match: Match, writer: Writer) -> int:
    """Add a note by an agent, or a message by anybody else, to the task. Returns the id of the entry.

    Effects: an occasion of mail, unless a program wrote the answer. A task that is completed stays so.
    """
    task = load_task(tx, match.object_id)
    if writer.staff is not None:
        kind, entry = "task.note", note_of(tx, arrival, writer.staff, match.entry_id)
    else:
        # The time of the last message stays as it is, as with osTicket.
        kind, entry = "task.message", replace(message_of(arrival, writer.user, match.entry_id), is_activity=False)
    entry_id = add_entry(tx, task.thread_id, entry)
    if not (arrival.mail.is_automatic or arrival.mail.is_bounce):
        outbox.post(tx, kind, ANONYMOUS, task_id=task.id, entry_id=entry_id, assigned_before=task.staff_id)
    return entry_id
