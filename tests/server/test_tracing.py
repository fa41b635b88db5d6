"""Traces, as a collector receives them: what is in them, and what never is."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import select

from osticket_api.audit import chain
from osticket_api.db.tables.own_events import api_event, api_feed
from osticket_api.db.tables.own_mail import api_outgoing_mail
from osticket_api.db.unit import Write
from osticket_api.kit.sql_text import without_values
from osticket_api.server import reporting
from osticket_api.settings import ConfigurationError
from tests.fixtures.api import Api, running_api, settings_for_tests
from tests.fixtures.collector import Collector, collector
from tests.fixtures.templates import Template

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TICKET = {"subject": "Confidential subject", "message": "Confidential text"}
PERSON = {"name": "Wanda Confidential", "email": "wanda.confidential@example.org"}
PERSONAL = ("onfidential", "secretword", "demo-help-desk", "Bearer", "198.51.100.7", "%2Fplace", "/tickets/25")


@dataclass
class Traced:
    """What the collector was sent."""

    collector: Collector
    requests: list[ExportTraceServiceRequest]

    @property
    def spans(self) -> list[Any]:
        scopes = [scope for request in self.requests for each in request.resource_spans for scope in each.scope_spans]
        return [span for scope in scopes for span in scope.spans]

    def named(self, name: str) -> Any:
        (span,) = [span for span in self.spans if span.name == name]
        return span

    def statements(self, span: Any) -> list[dict[str, Any]]:
        return [attributes(each) for each in self.spans if each.parent_span_id == span.span_id]


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


@pytest.fixture(scope="module")
def traced(demo: Template, tmp_path_factory: pytest.TempPathFactory) -> Traced:
    with collector() as kept:
        settings: dict[str, Any] = {
            "otel_exporter_otlp_endpoint": f"http://127.0.0.1:{kept.port}/",
            "otel_exporter_otlp_headers": "x-key=k%20ey",
            "otel_service_name": "help-desk",
        }
        with running_api(demo.copy(), tmp_path_factory.mktemp("traced"), **settings) as api:
            _ask(api)
    return Traced(kept, [ExportTraceServiceRequest.FromString(content) for _, _, content in kept.posted])


def _ask(api: Api) -> None:
    """Some requests with what nobody else is to know in each place of them."""
    alice = api.staff("alice")
    login = {"username": "alice", "password": "demo-help-desk", "kind": "staff"}
    assert api.anonymous().post("/auth/login", json=login).status == 200
    assert alice.post("/tickets", json={**TICKET, **PERSON}).status == 201
    caller = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "request-1", "X-Forwarded-For": "198.51.100.7"}
    assert alice.get("/tickets/25", headers=caller).status == 200
    assert alice.get("/tickets?q=secretword&per_page=7").status == 200
    assert alice.get("/none%2Fplace").status == 404
    assert alice.get("//readyz").status == 200


def test_requests_and_their_statements_are_traced(traced: Traced, demo: Template) -> None:
    found = traced.named("GET /api/v2/tickets/{ticket}")
    assert (found.trace_id.hex(), found.parent_span_id.hex()) == (TRACE, PARENT)
    about = attributes(found)
    assert (about["http.route"], about["http.response.status_code"]) == ("/api/v2/tickets/{ticket}", 200)
    assert (about["osticket_api.request_id"], about["osticket_api.caller"]) == ("request-1", "staff")
    statements = traced.statements(found)
    assert any("FROM ost_ticket" in each["db.query.text"] for each in statements), statements
    system = demo.copy().get_backend_name()
    assert {each["db.system.name"] for each in statements} == {system}
    written = {each["db.operation.name"] for each in traced.statements(traced.named("POST /api/v2/tickets"))}
    assert "INSERT" in written
    assert attributes(traced.named("GET"))["http.response.status_code"] == 404
    assert not [span for span in traced.spans if "readyz" in span.name]


def test_the_collector_knows_who_sends(traced: Traced) -> None:
    assert {path for path, _, _ in traced.collector.posted} == {"/v1/traces"}
    assert {headers["x-key"] for _, headers, _ in traced.collector.posted} == {"k ey"}
    about = {each.key: each.value.string_value for each in traced.requests[0].resource_spans[0].resource.attributes}
    assert about["service.name"] == "help-desk"


def test_nothing_personal_leaves(traced: Traced) -> None:
    text = traced.collector.everything.decode(errors="replace")
    assert len(traced.spans) > 20
    assert {word for word in PERSONAL if word in text} == set()


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT a FROM t1 WHERE b = 'it''s' AND c=-1.5 LIMIT 10", "SELECT a FROM t1 WHERE b = ? AND c=? LIMIT ?"),
        ("SELECT 'a\\'b', `c_2` FROM `ost_t2`\n WHERE d IN (1, 2,\t3)", "SELECT ?, `c_2` FROM `ost_t2` WHERE d IN (?)"),
        ("UPDATE t SET a=%s WHERE b = :b_1 AND c = 0x41", "UPDATE t SET a=%s WHERE b = :b_1 AND c = ?"),
    ],
)
def test_statements_are_shown_without_values(sql: str, shown: str) -> None:
    assert without_values(sql) == shown


def test_without_opentelemetry_the_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osticket_api.server.tracing", None)
    settings = settings_for_tests(otel_exporter_otlp_endpoint="http://127.0.0.1:4318")
    with pytest.raises(ConfigurationError, match=r"needs OpenTelemetry: pip install 'osticket-api\[otel\]'"):
        reporting.tracing_of(settings)
    assert reporting.tracing_of(settings_for_tests()) is None


@pytest.fixture(scope="module")
def traced_jobs(demo: Template, tmp_path_factory: pytest.TempPathFactory) -> Traced:
    """What jobs send, of which the one that seals the audit log fails."""
    with collector() as kept, pytest.MonkeyPatch.context() as patched:
        patched.setattr(chain, "seal", _fail)
        folder = tmp_path_factory.mktemp("traced-jobs")
        settings: dict[str, Any] = {
            "otel_exporter_otlp_endpoint": f"http://127.0.0.1:{kept.port}/",
            "mail": "send",
            "mail_sendmail": _takes_every_mail(folder / "sendmail"),
        }
        with running_api(demo.copy(), folder, runs_jobs=True, **settings) as api:
            alice = api.staff("alice")
            wait_until(lambda: api.rows(select(api_feed.c.last_number)) != [])
            asked = {"X-Request-ID": "request-2"}
            assert alice.post("/tickets/25/note", json={"body": "Confidential text"}, headers=asked).status == 201
            wait_until(lambda: bool(api.rows(select(api_event).where(api_event.c.request_id == "request-2"))))
            reply = {"body": "Confidential text"}
            asked = {"X-Request-ID": "request-3"}
            assert alice.post("/tickets/25/reply", json=reply, headers=asked).status == 201
            sent = select(api_outgoing_mail).where(api_outgoing_mail.c.state == "sent")
            wait_until(lambda: bool(api.rows(sent)))
            time.sleep(0.3)  # The round that told of it ends.
    return Traced(kept, [ExportTraceServiceRequest.FromString(content) for _, _, content in kept.posted])


def _takes_every_mail(path: Path) -> str:
    path.write_text("#!/bin/sh\ncat > /dev/null\n")
    path.chmod(0o700)
    return str(path)


def _fail(tx: Write) -> int:
    raise RuntimeError("confidential text")


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_jobs_have_done_is_traced_and_linked_to_its_request(traced_jobs: Traced) -> None:
    request = traced_jobs.named("POST /api/v2/tickets/{ticket}/note")
    rounds = [span for span in traced_jobs.spans if span.name == "job events"]
    (found,) = [span for span in rounds if any(link.span_id == request.span_id for link in span.links)]
    assert found.links[0].trace_id == request.trace_id
    about = attributes(found)
    assert (about["osticket_api.job"], about["osticket_api.done.events"]) == ("events", len(found.links))
    assert all(any(name.startswith("osticket_api.done.") for name in attributes(span)) for span in rounds)


def test_mails_are_traced_and_linked_to_their_request(traced_jobs: Traced) -> None:
    request = traced_jobs.named("POST /api/v2/tickets/{ticket}/reply")
    rounds = [span for span in traced_jobs.spans if span.name == "job mail"]
    linked = [span for span in rounds if any(link.span_id == request.span_id for link in span.links)]
    done = Counter[str]()
    for span in linked:
        about = attributes(span)
        done.update({name.rpartition(".")[2]: about[name] for name in about if ".done." in name})
    assert (done["mail_occasions"] > 0, done["mails_accepted"]) == (True, 1), done


def test_a_job_that_fails_is_traced_by_the_kind_of_its_error(traced_jobs: Traced) -> None:
    failed = [span for span in traced_jobs.spans if span.name == "job audit"]
    assert {(attributes(span)["error.type"], span.status.code) for span in failed} == {("RuntimeError", 2)}
    assert "onfidential" not in traced_jobs.collector.everything.decode(errors="replace")
