"""Trying the filters on a ticket or on a sample of one. Nothing is written."""

from typing import Any, Literal, cast

from sqlalchemy import select

from osticket_api.access.principal import Principal
from osticket_api.access.scope import reachable_ticket
from osticket_api.db import tables as t
from osticket_api.db.unit import Read
from osticket_api.errors import Invalid
from osticket_api.features.filters import queries
from osticket_api.features.filters.actions import FilterOutcome
from osticket_api.features.filters.apply import apply
from osticket_api.features.filters.matching import Filter, FilterSource
from osticket_api.features.filters.reading import MAIL_KEYS, OPERATORS
from osticket_api.features.filters.requests import FilterTest, Sample
from osticket_api.features.filters.responses import FilterMail, FilterTrial, TrialOutcome, TriedFilter, TriedRule
from osticket_api.kit import html, php_json
from osticket_api.query.choices import EMAIL, check_choice

Target = Literal["Web", "Email", "API"]

_TARGETS: dict[str, Target] = {"web": "Web", "email": "Email", "api": "API"}
_ORIGINS: dict[str, Target] = {"Email": "Email", "API": "API"}


def try_filters(tx: Read, principal: Principal, asked: FilterTest) -> FilterTrial:
    """Which filters match, and what they would do. The caller may open the ticket that is asked about.

    Raises: Invalid for a ticket, or an address of the help desk, that is not there.
    """
    if asked.ticket_id is not None:
        source, target, email_id = _source_of_ticket(tx, principal, asked.ticket_id)
    else:
        check_choice(tx, EMAIL, asked.email_id, field="email_id")
        source, target, email_id = _source(cast("Sample", asked.sample)), _TARGETS[asked.target], asked.email_id
    outcome = apply(tx, source, target=target, email_id=email_id)
    filters = queries.list_filters(tx, target=target, email_id=email_id)
    return FilterTrial(filters=_tried(filters, source), outcome=_to_response(outcome))


def _source(sample: Sample) -> FilterSource:
    return FilterSource(
        name=sample.name,
        email=sample.email,
        subject=sample.subject,
        body=sample.body,
        reply_to=sample.reply_to or "",
        reply_to_name=sample.reply_to_name,
        addressee=sample.addressee,
        fields=sample.fields,
    )


def _source_of_ticket(tx: Read, principal: Principal, ticket_id: int) -> tuple[FilterSource, Target, int | None]:
    """A ticket as it would look if it came now."""
    ticket, address = t.ticket.c, t.user_email.c
    row = tx.row(
        select(ticket.ticket_id, ticket.source, ticket.email_id, t.user.c.name, address.address)
        .select_from(t.ticket)
        .outerjoin(t.user, t.user.c.id == ticket.user_id)
        .outerjoin(t.user_email, address.id == t.user.c.default_email_id)
        .where(ticket.ticket_id == ticket_id, reachable_ticket(principal))
    )
    if row is None:
        raise Invalid.because(f"There is no ticket {ticket_id}.", field="ticket_id")
    answers = _answers(tx, ticket_id)
    source = FilterSource(
        name=row.name or "",
        email=row.address or "",
        subject=answers.get("subject", ""),
        body=_first_message(tx, ticket_id),
        fields={key: text for key, text in answers.items() if key.startswith("field.")},
    )
    return source, _ORIGINS.get(row.source, "Web"), row.email_id


def _answers(tx: Read, ticket_id: int) -> dict[str, str]:
    """The answers of a ticket by `field.<id>`, and its subject."""
    entry, value, field = t.form_entry.c, t.form_entry_values.c, t.form_field.c
    rows = tx.rows(
        select(field.id, field.name, value.value)
        .select_from(t.form_entry)
        .join(t.form_entry_values, value.entry_id == entry.id)
        .join(t.form_field, field.id == value.field_id)
        .where(entry.object_type == "T", entry.object_id == ticket_id)
    )
    texts = {f"field.{row.id}": _text(row.value) for row in rows}
    subjects = [_text(row.value) for row in rows if row.name == "subject"]
    return {**texts, "subject": subjects[0] if subjects else ""}


def _text(stored: str | None) -> str:
    """An answer as text: of a list, what its items are called."""
    decoded: Any = php_json.decode(stored) if stored and stored.startswith("{") else None
    return ", ".join(map(str, decoded.values())) if isinstance(decoded, dict) else stored or ""


def _first_message(tx: Read, ticket_id: int) -> str:
    thread, entry = t.thread.c, t.thread_entry.c
    row = tx.row(
        select(entry.body, entry.format)
        .select_from(t.thread)
        .join(t.thread_entry, entry.thread_id == thread.id)
        .where(thread.object_type == "T", thread.object_id == ticket_id, entry.type == "M")
        .order_by(entry.id)
        .limit(1)
    )
    if row is None:
        return ""
    return html.strip_tags(row.body) if row.format == "html" else row.body


def _tried(filters: list[Filter], source: FilterSource) -> list[TriedFilter]:
    tried, is_reached = [], True
    for each in filters:
        rules = [TriedRule(rule.what, OPERATORS[rule.how], rule.value, rule.holds(source)) for rule in each.rules]
        matches = each.matches(source)
        tried.append(TriedFilter(id=each.id, name=each.name, matches=matches, is_reached=is_reached, rules=rules))
        is_reached = is_reached and not (matches and each.stops)
    return tried


def _to_response(outcome: FilterOutcome) -> TrialOutcome:
    mails = [
        FilterMail(
            filter_name=mail.filter_name,
            **{key: str(mail.configuration.get(key) or "") for key in MAIL_KEYS if key != "message"},
        )
        for mail in outcome.mails_wanted
    ]
    return TrialOutcome(
        rejected_by=outcome.rejected_by,
        department_id=outcome.department_id,
        priority_id=outcome.priority_id,
        sla_id=outcome.sla_id,
        team_id=outcome.team_id,
        staff_id=outcome.staff_id,
        topic_id=outcome.topic_id,
        status_id=outcome.status_id,
        canned_response_id=outcome.canned_response_id,
        sends_auto_response=outcome.auto_respond,
        email=outcome.email,
        mails=[] if outcome.rejected else mails,
    )
