"""A ticket on paper: one HTML page that needs nothing from anywhere, and the same as PDF."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from html import escape
from typing import Any, Final, Literal

from pydantic import Field

from osticket_api.access.field_rules import hide_from
from osticket_api.access.principal import Principal
from osticket_api.db.config import help_desk_zone
from osticket_api.db.unit import Read
from osticket_api.errors import NotAvailable
from osticket_api.features.threads.api import Entry
from osticket_api.features.tickets.detail import get_detail
from osticket_api.features.tickets.responses import TicketDetail
from osticket_api.kit import html
from osticket_api.kit.accepting import preferred
from osticket_api.web.file_urls import SignatureQuery

_STYLE: Final = """
@page { size: A4; margin: 18mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt } }
body { font: 10pt/1.45 "DejaVu Sans", sans-serif; color: #111; max-width: 48em; margin: 0 auto }
h1 { font-size: 15pt; margin: 0 0 2mm } table { border-collapse: collapse; margin: 0 0 5mm }
th { text-align: start; font-weight: 600; padding: 0 6mm 1mm 0; vertical-align: top } td { padding: 0 0 1mm }
article { border-top: 1px solid #bbb; padding: 3mm 0; overflow-wrap: anywhere }
article.note { background: #fdf6dd; padding: 3mm } header { color: #555; font-size: 9pt; margin-bottom: 2mm }
pre { white-space: pre-wrap; font: inherit; margin: 0 } footer { font-size: 9pt; color: #555 }
"""

PDF: Final = "application/pdf"
_HTML: Final = "text/html"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Styles of the page and of what people wrote, and nothing that is fetched or runs."""


class PrintQuery(SignatureQuery):
    format: Literal["html", "pdf"] | None = Field(
        None,
        description="Without it, what `Accept` prefers of `text/html` and `application/pdf`; HTML where it is even.",
    )
    notes: bool = Field(False, description="Whether internal notes are printed too: for agents.")


def print_ticket(tx: Read, principal: Principal, reference: str, *, notes: bool) -> str:
    """A ticket the caller may see, with its conversation, as a page of HTML without pictures. Raises: NotFound."""
    ticket = get_detail(tx, principal, reference, ("thread",))
    hide_from(principal, ticket)
    entries = ticket.thread if isinstance(ticket.thread, list) else []
    zone = help_desk_zone(tx)
    shown = [entry for entry in entries if notes or entry.type != "note"]
    title = escape(f"#{ticket.number} {ticket.subject}")
    facts = "".join(f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>" for label, text in _facts(ticket, zone))
    articles = "".join(_article(entry, zone) for entry in shown)
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1><table>{facts}</table>{articles}</body></html>"
    )


def wanted_format(query: PrintQuery, accept: str) -> str:
    """The format of the query, or else that of the `Accept` header."""
    return query.format or ("pdf" if preferred(accept, (_HTML, PDF)) == PDF else "html")


def to_pdf(page: str) -> bytes:
    """The page as PDF. Nothing is fetched for it. Raises: NotAvailable where WeasyPrint or Pango is missing."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        raise NotAvailable.because(
            "PDF needs WeasyPrint and Pango on the server: pip install 'osticket-api[pdf]'. format=html works without."
        ) from None
    return bytes(HTML(string=page, url_fetcher=_fetch_nothing).write_pdf())


def _fetch_nothing(url: str, *args: Any, **kwargs: Any) -> Any:
    raise ValueError("a printed ticket fetches nothing")


def _facts(ticket: TicketDetail, zone: tzinfo) -> Iterable[tuple[str, str]]:
    named = {
        "Status": ticket.status,
        "Priority": ticket.priority,
        "Department": ticket.department,
        "Topic": ticket.topic,
        "Agent": ticket.staff,
        "Team": ticket.team,
    }
    if ticket.user:
        address = f" <{ticket.user.email}>" if ticket.user.email else ""
        yield "User", f"{ticket.user.name}{address}"
    yield from ((label, each.name) for label, each in named.items() if each)
    moments = {"Created": ticket.created_at, "Due": ticket.due_at or ticket.sla_due_at, "Closed": ticket.closed_at}
    yield from ((label, _moment(each, zone)) for label, each in moments.items() if each)
    yield from ((name.replace("_", " ").capitalize(), _text(value)) for name, value in _answers(ticket))


def _answers(ticket: TicketDetail) -> Iterable[tuple[str, Any]]:
    answers = ticket.custom_fields or {}
    return ((name, value) for name, value in answers.items() if value not in (None, "", []))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("value") or ", ".join(_text(each) for each in value.values()))
    return ", ".join(_text(each) for each in value) if isinstance(value, list) else html.to_text(str(value))


def _article(entry: Entry, zone: tzinfo) -> str:
    kinds = {"message": "message", "response": "response", "note": "internal note"}
    heading = f"{entry.poster} · {kinds.get(entry.type, entry.type)} · {_moment(entry.created_at, zone)}"
    body = _without_pictures(entry.body) if entry.format == "html" else f"<pre>{escape(entry.body)}</pre>"
    title = f"<strong>{escape(entry.title)}</strong>" if entry.title else ""
    return (
        f'<article class="{entry.type}"><header>{escape(heading)}</header>{title}<div dir="auto">{body}</div>'
        f"{_files([each.name for each in entry.attachments])}</article>"
    )


def _files(names: Sequence[str]) -> str:
    return f"<footer>{escape('Files: ' + ', '.join(names))}</footer>" if names else ""


def _without_pictures(body: str) -> str:
    """Clean HTML without what a browser would fetch by itself."""
    return html.map_images(html.clean(body), lambda image: None)


def _moment(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
