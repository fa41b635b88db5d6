"""The stages on which cases are played, and the line at the end that counts them."""

from collections.abc import Generator, Iterator

import pytest

from tests.fixtures import mariadb as private_mariadb
from tests.parity.desk import on_mariadb, on_sqlite
from tests.parity.page import summary
from tests.parity.replay import Stage, staged
from tests.parity.verdict import Outcome, Verdict

PROPERTY = "parity"


@pytest.fixture(scope="session")
def on_a_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    directory = tmp_path_factory.mktemp("parity")
    with on_sqlite(directory) as desk, staged(desk, directory) as stage:
        yield stage


@pytest.fixture(scope="session")
def on_a_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    private_mariadb.required()
    directory = tmp_path_factory.mktemp("parity")
    with private_mariadb.running() as server, on_mariadb(server) as desk, staged(desk, directory) as stage:
        yield stage


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    """One line about all cases, after everything else: a case that differs on either database differs."""
    yield
    outcomes: dict[str, set[Outcome]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == PROPERTY:
                    case, outcome = value
                    outcomes.setdefault(case, set()).add(Outcome(outcome))
    if outcomes:
        verdicts = {
            case: Verdict(Outcome.different if len(found) > 1 else found.pop()) for case, found in outcomes.items()
        }
        terminalreporter.write_line(summary(verdicts))
