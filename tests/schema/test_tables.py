"""Our Table objects describe the tables of a real osTicket 1.18.1, nothing more and nothing less."""

from tests.schema import declared, reference


def test_every_column_is_declared_as_osticket_has_it() -> None:
    assert declared.columns() ^ reference.columns() == set()


def test_every_index_is_declared_as_osticket_has_it() -> None:
    assert declared.indexes() ^ reference.indexes() == set()
