"""The rows of a newly installed help desk, by noun."""

from osticket_api.embedded.new_desk import NewDesk
from osticket_api.embedded.rows import Plan
from osticket_api.embedded.seed import access, configuration, forms, mail, pages, queues, schedules, ticketing


def plan(desk: NewDesk) -> Plan:
    """Everything a new install holds before the first ticket."""
    for noun in (configuration, access, schedules, ticketing, forms, queues, mail, pages):
        yield from noun.plan(desk)
