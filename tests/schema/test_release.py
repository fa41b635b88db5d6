"""A release of osTicket is compared with the schema that we know."""

from pathlib import Path

from tests.fixtures.mariadb import Server
from tests.schema import reference
from tests.schema.release import report


def test_the_known_release_differs_in_nothing(mariadb: Server) -> None:
    signature, *rest = report(mariadb, reference.fixture_dump())
    assert signature == "schema signature 5fb92bef17f3b603659e024c01cc7a59"
    assert [line for line in rest if not line.endswith(":")] == []


def test_what_a_release_changes_is_named(mariadb: Server, tmp_path: Path) -> None:
    text = reference.fixture_dump().read_text(encoding="utf-8")
    wider = text.replace("`install_path` varchar(60) NOT NULL", "`install_path` varchar(90) NOT NULL")
    assert wider != text
    dump = tmp_path / "wider.sql"
    dump.write_text(wider, encoding="utf-8")
    changed = [line for line in report(mariadb, dump) if line.startswith(("-", "+"))]
    assert changed == [
        "- ost_plugin install_path 3 varchar(60) NO NULL  UNI",
        "+ ost_plugin install_path 3 varchar(90) NO NULL  UNI",
    ]
