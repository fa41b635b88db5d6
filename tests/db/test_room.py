"""Texts that a column has no room for."""

import pytest

from osticket_api.db import tables as t
from osticket_api.db.unit import Write
from osticket_api.errors import Invalid
from tests.fixtures.api import Api


def test_a_text_that_osticket_has_no_room_for_is_refused(api: Api) -> None:
    """SQLite has room for everything."""

    def unit(tx: Write) -> None:
        tx.insert(t.role, name="x" * 65)

    if api.database.is_sqlite:
        api.write(unit)
        return
    with pytest.raises(Invalid) as refused:
        api.write(unit)
    assert refused.value.faults[0].code == "too_long"
