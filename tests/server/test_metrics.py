"""`/metrics`: what Prometheus reads."""

import re
from pathlib import Path

from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import Template


def _samples(api: Api) -> dict[str, float]:
    answer = api.client.get("/metrics")
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_the_template_of_their_route(api: Api) -> None:
    name = 'osticket_api_http_requests_total{caller="staff",method="GET",route="/api/v2/tickets/{ticket}",status="200"}'
    alice = api.named("alice")
    before = _samples(api)
    for _ in range(2):
        assert alice.get("/tickets/26").status == 200
    api.client.get("/api/v2/nowhere/26")
    after = _samples(api)
    assert after[name] == before.get(name, 0) + 2
    assert not [each for each in after if re.search(r'route="[^"]*/\d', each)]


def test_old_endpoints_are_counted_by_theirs(api: Api) -> None:
    name = 'osticket_api_http_requests_total{caller="unknown",method="POST",route="/api/tickets.json",status="401"}'
    before = _samples(api)
    api.client.post("/api/http.php/tickets.json")
    assert _samples(api)[name] == before.get(name, 0) + 1


def test_refused_sign_ins_are_counted(api: Api) -> None:
    name = 'osticket_api_sign_in_failures_total{status="401"}'
    before = _samples(api)
    api.client.post("/api/v2/auth/login", json={"username": "alice", "password": "wrong"})
    assert _samples(api)[name] == before.get(name, 0) + 1


def test_the_help_desk_and_the_database_are_told(api: Api) -> None:
    found = _samples(api)
    assert found["osticket_api_database_up"] == 1
    assert found['osticket_api_tickets{state="open"}'] > 0
    assert found['osticket_api_database_unit_duration_seconds_count{kind="read"}'] > 0
    assert "osticket_api_feed_lag_seconds" in found


def test_prometheus_gets_open_metrics_where_it_asks_for_them(api: Api) -> None:
    answer = api.client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_nobody_else_may_read_them(demo: Template, tmp_path: Path) -> None:
    with running_api(demo.copy(), tmp_path, metrics_allowed_networks=("203.0.113.0/24",)) as api:
        assert api.client.get("/metrics").status_code == 404
