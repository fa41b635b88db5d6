"""docs/parity.md says what is true."""

import pytest

from tests.parity.golden import IS_USUAL, cases
from tests.parity.page import PAGE, page
from tests.parity.verdict import claimed


@pytest.mark.skipif(not IS_USUAL, reason="GOLDEN_DIR names other cases than those of the page")
def test_the_page_is_up_to_date() -> None:
    verdicts = {case.name: claimed(case) for case in cases()}
    assert PAGE.read_text() == page(cases(), verdicts), "run `python -m tests.parity.report`"
