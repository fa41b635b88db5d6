"""Traces of who changed what through this API: our transactions write them, and the tailer reads them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from osticket_api.db import tables as t
from osticket_api.db.tables.own_events import api_trace
from osticket_api.db.unit import Read, Write, caller_key, request_id
from osticket_api.events.feed import Draft
from osticket_api.events.watches import WATCHES

_SOURCES: Final = {t.thread_event: "event", t.thread_entry: "entry"}
_TOLD_BY: Final = ("event", "entry", "referral", "collaborator")
"""The sources of which an event names the row."""
_RECENT: Final = timedelta(seconds=30)
"""How long a trace speaks for the next change of its row. A row that is added once is ours for good."""


def leave_traces(tx: Write) -> None:
    """Say of what this transaction writes that it was we, and who asked for it. Called before it commits."""
    told = {(_SOURCES[table], row_id) for table, row_id in tx.inserted if table in _SOURCES}
    told |= {(each["kind"], each["id"]) for each in tx.effects if each["kind"] in WATCHES and each.get("id")}
    common = {"actor": caller_key.get(), "request_id": request_id.get(), "created_at": tx.now}
    tx.insert_many(api_trace, [{"source": source, "row_id": row_id, **common} for source, row_id in sorted(told)])


def with_origins(tx: Read, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, those that came through us with the request and, where osTicket does not say it, the actor."""
    if not drafts:
        return []
    wanted: dict[str, set[int]] = defaultdict(set)
    for draft in drafts:
        for source, row_id in _places(draft):
            wanted[source].add(row_id)
    found = {place: trace for source, ids in wanted.items() for place, trace in _traces(tx, source, ids).items()}
    return [_with_origin(draft, [found[place] for place in _places(draft) if place in found]) for draft in drafts]


def _places(draft: Draft) -> list[tuple[str, int]]:
    """The rows that traces of an event would name, the surest first."""
    details = draft.details
    places = [(source, details[f"{source}_id"]) for source in _TOLD_BY if details.get(f"{source}_id")]
    return places or [(draft.kind, draft.subject_id)]


def _traces(tx: Read, source: str, row_ids: set[int]) -> dict[tuple[str, int], Any]:
    trace = api_trace.c
    wanted = [trace.source == source, trace.row_id.in_(sorted(row_ids))]
    if source not in _SOURCES.values():
        wanted.append(trace.created_at >= tx.now - _RECENT)
    rows = tx.rows(api_trace.select().where(*wanted).order_by(trace.id))
    return {(source, row.row_id): row for row in rows}


def _with_origin(draft: Draft, traces: Sequence[Any]) -> Draft:
    if not traces:
        return draft
    trace = traces[0]
    kind, _, identifier = trace.actor.partition(":")
    actor: dict[str, Any] = {}
    if draft.actor_kind in (None, "system") and kind:
        actor = {"actor_kind": kind[-8:], "actor_id": int(identifier) if identifier.isdigit() else None}
    return replace(draft, origin="api", request_id=trace.request_id or None, **actor)
