"""The dashboard and the alerts name metrics that the server has, and Prometheus accepts them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.api import Api, running_api
from tests.fixtures.templates import MariadbTemplate, demo_on_sqlite

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
_NAMED = re.compile(r"osticket_api_[a-z_]+")
_SUFFIXES = re.compile(r"_(bucket|count|sum)$")


def _exposed(api: Api) -> set[str]:
    text = api.client.get("/metrics").text
    return {name for name in re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE) if not name.endswith("_created")}


def _used(text: str) -> set[str]:
    return {_SUFFIXES.sub("", name) for name in _NAMED.findall(text)}


def test_only_metrics_that_exist_are_named(tmp_path: Path) -> None:
    with running_api(demo_on_sqlite(tmp_path).copy(), tmp_path) as api:
        exposed = _exposed(api)
    dashboard = json.loads((MONITORING / "grafana.json").read_text())
    queries = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    alerts = (MONITORING / "alerts.yml").read_text()
    assert len(_used(queries)) > 10
    assert _used(queries) | _used(alerts) <= exposed
    documented = _used((MONITORING.parents[1] / "docs" / "guide" / "monitoring.md").read_text())
    ours = {name for name in exposed if name.startswith("osticket_api_")}
    assert ours - documented == {"osticket_api_database_connections_limit"}


def test_pools_are_measured_by_what_they_may_open(mariadb_demo: MariadbTemplate, tmp_path: Path) -> None:
    """An alert compares both: it must not fire while a pool may open more."""
    with running_api(mariadb_demo.copy(), tmp_path) as api:
        assert api.staff("alice").get("/tickets").status == 200
        text = api.client.get("/metrics").text
    for pool in ("read", "write"):
        assert f'osticket_api_database_connections_limit{{pool="{pool}"}} {2 * api.database.pool_size}.0' in text
        assert f'osticket_api_database_connections_in_use{{pool="{pool}"}} ' in text


def test_prometheus_accepts_the_configuration() -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is missing: it comes with Debian's package prometheus")
    done = subprocess.run(
        [tool, "check", "config", "prometheus.yml"], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
