"""`JOBS=off`: a server leaves mail, webhooks and events to `osticket-api worker`."""

import time
from pathlib import Path
from typing import Any

from osticket_api.embedded import DEMO_PASSWORD
from tests.fixtures import warm
from tests.fixtures.process import answer_of, environment_of, serving, wait_until
from tests.fixtures.templates import Template

_LONGER_THAN_THE_MAIL_JOB_RESTS = 3.0
_OPTIONS = {"JOBS": "off", "PORT": "0", "LOG_LEVEL": "error", "RATE_LIMIT_ENABLED": "false"}


def test_a_server_leaves_the_jobs_to_a_worker(demo: Template, tmp_path: Path) -> None:
    environment = environment_of(demo.copy(), tmp_path) | _OPTIONS
    with serving(environment, tmp_path) as server, server.client("dora", DEMO_PASSWORD) as dora:

        def mails() -> list[Any]:
            return list(answer_of(dora.get("/outgoing-mails")))

        answer_of(dora.post("/tickets/26/reply", json={"body": "On our way."}))
        time.sleep(_LONGER_THAN_THE_MAIL_JOB_RESTS)
        assert mails() == []
        with (tmp_path / "worker").open("wb") as log, warm.start(["worker"], environment, tmp_path, log) as worker:
            try:
                wait_until(mails)
            finally:
                worker.terminate()
