"""`/readyz` names what is wrong."""

import pytest
from sqlalchemy import Update, text, update

from osticket_api.db import tables as t
from tests.fixtures.api import Api

UNKNOWN = update(t.config).where(t.config.c.key == "schema_signature").values(value="0123456789abcdef")


def test_a_server_whose_database_is_as_it_should_be_is_ready(api: Api) -> None:
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "ready")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (UNKNOWN, "0123456789abcdef"),
        (text("UPDATE ost_api_migration SET version_num = '0001'"), "database upgrade"),
    ],
    ids=["osTicket was upgraded", "our own tables are old"],
)
def test_what_is_wrong_with_the_tables_is_named(api: Api, change: Update, named: str) -> None:
    api.write(lambda tx: tx.connection.execute(change))
    answer = api.client.get("/readyz")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "database_unusable")
    assert named in answer.json()["errors"][0]["message"]
    assert int(answer.headers["retry-after"]) > 0
