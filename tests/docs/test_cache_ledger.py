"""The page about caches says what the ledger says."""

from tests.docs.cache_ledger import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tests.docs.cache_ledger`"
