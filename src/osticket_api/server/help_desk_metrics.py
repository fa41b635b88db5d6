"""Metrics of the help desk itself: tickets, mails and webhooks that wait, the feed of events."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from osticket_api import __version__
from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_event, api_relay
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.tables.own_webhooks import api_delivery
from osticket_api.db.unit import Read


@dataclass(frozen=True)
class HelpDesk:
    """The numbers that were found in the database."""

    tickets: Mapping[str, int]
    mails: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    feed_lag_seconds: float = 0.0
    last_event_number: int = 0
    unrelayed: int | None = None
    """Events that the broker does not have yet. None where nothing is relayed."""


def read_help_desk(tx: Read, relay_name: str | None = None) -> HelpDesk:
    """`relay_name`: that of the relay that the settings name."""
    ticket, status = t.ticket.c, t.ticket_status.c
    by_status = select(ticket.status_id, func.count().label("tickets")).group_by(ticket.status_id).subquery()
    by_state = (
        select(status.state, func.sum(by_status.c.tickets).label("tickets"))
        .join(by_status, by_status.c.status_id == status.id)
        .group_by(status.state)
    )
    tickets = {row.state: int(row.tickets) for row in tx.rows(by_state)}
    if not tx.has_own_tables:
        return HelpDesk(tickets)
    mail, delivery = api_outgoing_mail.c, api_delivery.c
    event = tx.row(select(api_event).order_by(api_event.c.number.desc()).limit(1))
    return HelpDesk(
        tickets,
        {row.state: row.n for row in tx.rows(select(mail.state, func.count().label("n")).group_by(mail.state))},
        {
            row.status: row.n
            for row in tx.rows(select(delivery.status, func.count().label("n")).group_by(delivery.status))
        },
        max(0.0, (event.recorded_at - event.occurred_at).total_seconds()) if event else 0.0,
        event.number if event else 0,
        _unrelayed(tx, event.number if event else 0, relay_name),
    )


def _unrelayed(tx: Read, last_number: int, name: str | None) -> int | None:
    reached = tx.scalar(select(api_relay.c.last_number).where(api_relay.c.name == name)) if name else None
    return None if reached is None else max(0, last_number - int(reached))


class HelpDeskMetrics(Collector):
    """The metrics of a help desk; None: its database does not answer."""

    def __init__(self, found: HelpDesk | None) -> None:
        self.found = found

    def collect(self) -> Iterable[Metric]:
        yield _labelled("osticket_api_build", "The version that runs.", "version", {__version__: 1})
        yield GaugeMetricFamily(
            "osticket_api_database_up", "Whether the database answers.", value=float(bool(self.found))
        )
        if self.found:
            yield from _of_help_desk(self.found)


def _of_help_desk(found: HelpDesk) -> Iterator[Metric]:
    yield _labelled("osticket_api_tickets", "Tickets by state.", "state", found.tickets)
    yield _labelled("osticket_api_mails", "Outgoing mails by state.", "state", found.mails)
    yield _labelled("osticket_api_webhook_deliveries", "Deliveries of webhooks by status.", "status", found.deliveries)
    yield GaugeMetricFamily(
        "osticket_api_feed_lag_seconds", "How long the last event took into the feed.", value=found.feed_lag_seconds
    )
    yield GaugeMetricFamily(
        "osticket_api_feed_last_event_number",
        "The number of the last event of the feed.",
        value=found.last_event_number,
    )
    if found.unrelayed is not None:
        yield GaugeMetricFamily(
            "osticket_api_relay_waiting_events", "Events that the broker does not have yet.", value=found.unrelayed
        )


def _labelled(name: str, text: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
