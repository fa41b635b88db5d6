"""What a server loads when it starts: nothing that few help desks need, since it costs each start time and memory."""

import subprocess
import sys
from pathlib import Path

_START = """
import sys
from osticket_api.cli import main
from osticket_api.server.app import create_app
from osticket_api.settings import load
create_app(load())
print(*sys.modules, sep="\\n")
"""
_BY_NEED = (
    "aio_pika", "alembic", "authlib", "boto3", "botocore", "charset_normalizer", "confluent_kafka", "httpx2",
    "joserfc", "ldap3", "markdown_it", "mcp", "nats", "opentelemetry", "osticket_api.embedded.demo.filling",
    "osticket_api.mcp", "osticket_api.server.asyncapi", "osticket_api.server.openapi", "puremagic",
    "pymysqlreplication", "redis", "regex", "sentry_sdk", "sqlalchemy.orm", "weasyprint", "webauthn",
)  # fmt: skip


def test_a_server_loads_nothing_that_few_help_desks_need(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", _START], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    )
    loaded = set(found.stdout.split())
    assert "osticket_api.features.tickets.routes" in loaded
    assert loaded.isdisjoint(_BY_NEED)
