"""The examples of the documentation against a running server, as they stand: host, key and texts are filled in."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from osticket_api.access.tokens import fingerprint
from tests.fixtures.process import Process, serving
from tests.fixtures.templates import demo_on_sqlite

GUIDE = Path(__file__).parents[3] / "docs" / "subtickets.md"
KEY = "a-key-for-examples"
PERMISSIONS = '["subtickets.manage","tickets.create"]'
TICKET = '{"name": "Uma", "email": "uma@acme.example", "subject": "%s", "message": "Please help"}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """The sample help desk with the tickets 100 and 200 of the examples."""
    directory = tmp_path_factory.mktemp("examples")
    path = str(demo_on_sqlite(directory).copy().database)
    with closing(sqlite3.connect(path)) as connection:
        for old, new in ((1, 100), (3, 200)):
            connection.execute(f"UPDATE ost_ticket SET ticket_id = {new}, number = 'ABC{new}' WHERE ticket_id = {old}")
            connection.execute(f"UPDATE ost_ticket__cdata SET ticket_id = {new} WHERE ticket_id = {old}")
            connection.execute(f"UPDATE ost_thread SET object_id = {new} WHERE object_id = {old} AND object_type = 'T'")
        connection.execute(
            "INSERT INTO ost_api_credential (name, key_hash, prefix, permissions, staff_id, created_at)"
            " VALUES ('examples', ?, 'a-key', ?, 0, '2026-01-01 00:00:00')",
            (fingerprint(KEY), PERMISSIONS),
        )
        connection.commit()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "DB_CONNECTION": "sqlite",
        "DB_DATABASE": path,
        "DATA_DIR": str(directory),
        "LEGACY_CREATE_RESPONSE": "json",
        "LOG_LEVEL": "error",
        "PORT": "0",
    }
    with serving(environment, directory) as process:
        yield process


def example(heading: str, language: str) -> str:
    section = GUIDE.read_text().split(f"### {heading}", 1)[1]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def filled(text: str, server: Process) -> str:
    return text.replace("https://your-osticket.com", server.address).replace("YOUR_API_KEY", KEY)


def run(*command: str, stdin: str = "") -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not on the PATH")
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def bash(script: str) -> list[str]:
    """What each request of a script answered: a line each."""
    run("curl", "--version")
    return run("bash", "-c", script.replace("curl -X", "curl -s -w '\\n' -X")).splitlines()


def linked(server: Process) -> None:
    curl = filled(example("curl", "bash"), server)
    bash(next(part for part in curl.split("\n\n") if part.startswith("# Create Link")))


def test_the_curl_examples(server: Process) -> None:
    parent, children, created, removed = bash(filled(example("curl", "bash"), server))
    assert parent == '{"parent":null}'
    assert children == '{"children":[]}'
    assert created.startswith('{"success":true,"message":"Subticket relationship created successfully"')
    assert removed.startswith('{"success":true,"message":"Subticket relationship removed successfully"')


def test_the_php_example(server: Process) -> None:
    assert run("php", stdin=filled(example("PHP", "php"), server)) == "Link created: ABC100 → ABC200"
    bash(filled(example("curl", "bash").split("# Unlink")[1].partition("\n")[2], server))


def test_the_javascript_examples(server: Process) -> None:
    run("node", "--version")
    linked(server)
    listing, unlinking = filled(example("JavaScript", "javascript"), server).split("// Unlink Child")
    assert run("node", "-e", listing).splitlines()[0] == "Parent has 1 children"
    assert run("node", "-e", unlinking) == "Unlinked: ABC200\n"


def test_the_workflow(server: Process) -> None:
    run("jq", "--version")
    script = example("From two new tickets to a link and back", "bash")
    for subject in ("Parent", "Child"):
        script = script.replace("-d '...'", f"-d '{TICKET % subject}'", 1)
    created, children, parent, removed = bash(f"apiUrl={server.address}/api\napiKey={KEY}\n{script}")
    assert '"subject":"Parent"' in created
    assert '"subject":"Child"' in children
    assert '"subject":"Parent"' in parent
    assert "removed successfully" in removed
