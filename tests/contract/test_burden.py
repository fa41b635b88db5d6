"""What the worst request may cost: a budget of CPU for texts made to be expensive, and nobody waits for them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from osticket_api.features.threads.bodies import MAX_MARKUP
from tests.fixtures.api import Api
from tests.fixtures.databases import by_turns
from tests.legacy.client import client

BUDGET_SECONDS = 20.0
"""CPU of one request: seconds on a slow machine. What is quadratic takes minutes for these texts."""

_UNITS = {
    "opening brackets": "<",
    "half tags": "<a ",
    "half closing tags": "</p",
    "comments": "<!--",
    "declarations": "<![CDATA[",
    "unclosed paragraphs": "<p>",
    "headings": "<h1>",
    "cells": "<table><td>",
    "images": "<img src=x.png>",
    "raw text": "<script>",
    "ampersands": "&",
    "references": "&amp;",
    "half references": "&#",
    "blanks": " ",
    "line breaks": "\n",
    "carriage returns": "\r",
    "digits": "1",
    "encoded words": "=?a?q?",
    "links to files": "/file.php?&",
    "data addresses": "data:,",
    "emoji": "\U0001f600",
    "variables": "%{a",
    "entities of html": "&notit;",
}


def _texts(length: int) -> dict[str, str]:
    repeated = {name: (unit * (length // len(unit) + 1))[:length] for name, unit in _UNITS.items()}
    return repeated | {
        "attributes": _filled("<p ", "a{}=1 ", length),
        "attributes of many tags": ("<p " + "".join(f"a{number} " for number in range(140)) + ">") * (length // 600),
        "long attribute": '<p title="' + "&" * (length - 20) + '">x',
        "styles": '<p style="' + "color:red;" * (length // 10 - 2) + '">x',
        "deep lists": ("<ul>" * 150 + "<li>" * length)[:length],
        "deep formatting": ("<b>" * 190 + "<p>" * length)[:length],
        "deep links": ("<b>" * 190 + "<a>" * length)[:length],
        "picture of links": "<img src='" + "/file.php?&" * (length // 11 - 2) + "'>",
    }


def _filled(start: str, unit: str, length: int) -> str:
    pieces, size, number = [start], len(start), 0
    while size < length - 20:
        pieces.append(unit.format(number))
        size += len(pieces[-1])
        number += 1
    return "".join(pieces) + ">x"


_BODIES = _texts(MAX_MARKUP)
_LINES = _texts(100_000)


@contextmanager
def _within_budget() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < BUDGET_SECONDS


@by_turns("name", list(_BODIES))
def test_the_longest_body_has_a_budget(api: Api, name: str) -> None:
    alice = api.staff("alice")
    with _within_budget():
        answer = alice.post("/tickets/26/note", {"body": _BODIES[name]})
    assert answer.status in (201, 422)
    with _within_budget():
        assert alice.get("/tickets/26/thread").status == 200


@by_turns("name", list(_LINES), first="mariadb")
def test_a_short_field_is_refused_before_any_work(api: Api, name: str) -> None:
    """Also at the endpoints that have no limit for each field, where osTicket has none."""
    dora, old, text = api.staff("dora"), client(api), _LINES[name]
    ticket = {"subject": "x", "message": "x", "topic_id": 1, "email": "new@example.net", "name": "New"}
    requests: list[Any] = [
        lambda: dora.post("/tickets", {**ticket, "subject": text}),
        lambda: dora.post("/tickets", {**ticket, "name": text}),
        lambda: dora.post("/tickets", {**ticket, "email": text}),
        lambda: dora.post("/tickets", {**ticket, "user_fields": {"phone": text, "notes": text}}),
        lambda: dora.patch("/tickets/26", {"custom_fields": {"subject": text, "priority": text}}),
        lambda: dora.post("/tickets/26/note", {"body": "x", "title": text}),
        lambda: dora.post("/users", {"name": text, "email": text}),
        lambda: dora.post("/organizations", {"name": text, "domains": text}),
        lambda: dora.post("/departments", {"name": text, "signature": text}),
        lambda: dora.post("/ban-list", {"email": text}),
        lambda: dora.get("/search", params={"q": text[:5000]}),
        lambda: dora.get("/tickets", params={"q": text[:5000]}),
        lambda: old("POST", "tickets.json", {"name": text, "email": text, "subject": text, "message": text}),
        lambda: old("POST", "tickets.json", {"name": "x", "email": "x@example.net", "subject": text, "message": "x"}),
        lambda: old("PATCH", "tickets-update.php/1.json", {"subject": text, "note": text, "status": text}),
        lambda: old("POST", "tickets-subtickets-create.php", {"parent_id": text, "child_id": text}),
    ]
    for request in requests:
        with _within_budget():
            answer = request()
        assert answer.status < 500 or answer.content.startswith(b"Unable to create new ticket")


@by_turns("name", list(_LINES))
def test_a_mail_has_a_budget(api: Api, name: str) -> None:
    old, text = client(api), _LINES[name].replace("\n", "\n ").replace("\r", " ")
    headers = "".join(f"{header}: {text}\r\n" for header in ("Subject", "To", "Cc", "References", "X-Other"))
    start = f"From: New <new@example.net>\r\nMessage-ID: <{abs(hash(name))}@example.net>\r\n"
    mails = [
        start + headers + "\r\nHello",
        f"From: {text} <a@example.net>\r\nSubject: x\r\n\r\nHello",
        start + "Content-Type: text/html\r\n\r\n" + _BODIES[name] * 2,
        start + f'Content-Type: multipart/mixed; boundary="{text[:200]}"\r\n\r\n' + text,
    ]
    for mail in mails:
        with _within_budget():
            content = mail.encode("utf-8", "surrogateescape")
            answer = old("POST", "tickets.email", content=content)
        assert answer.status < 500 or answer.content.startswith(b"Unable to create new ticket")


@by_turns("name", ["deep lists", "attributes", "unclosed paragraphs", "ampersands", "opening brackets"])
def test_others_are_answered_meanwhile(api: Api, name: str) -> None:
    alice, slowest = api.staff("alice"), 0.0
    body = {"body": _BODIES[name]}
    with ThreadPoolExecutor(1) as pool:
        for path in ("/tickets/26/note", "/tickets/26/note?dry_run=true"):
            heavy = pool.submit(alice.post, path, body)
            while not heavy.done():
                started = time.perf_counter()
                assert api.anonymous().get("//healthz").status == 200
                slowest = max(slowest, time.perf_counter() - started)
            assert heavy.result().status in (200, 201)
    assert slowest < 5
