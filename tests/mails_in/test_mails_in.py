"""What we store of a mail, held against what the real osTicket stored of the same bytes."""

import pytest

from tests.mails_in import cases
from tests.mails_in.cases import Case
from tests.mails_in.comparison import problems
from tests.mails_in.conftest import MailDesk
from tests.mails_in.exceptions import exceptions

of_osticket = pytest.mark.parametrize("case", cases.recorded(), ids=lambda case: case.name)
of_our_own = pytest.mark.parametrize("case", cases.own(), ids=lambda case: case.name)


@pytest.mark.skipif(not cases.IS_HERE, reason=cases.MISSING)
@of_osticket
def test_a_mail_leaves_what_it_leaves_in_osticket(case: Case, mail_desk: MailDesk) -> None:
    expected, stored = exceptions().as_ours(case), mail_desk.play(case)
    found = problems(expected, stored) and problems(expected, exceptions().without_kept(case, stored))
    assert not found, "\n".join([str(case.raw["title"]), *found])


@of_our_own
def test_a_mail_leaves_what_it_should(case: Case, mail_desk: MailDesk) -> None:
    found = problems(case.raw, mail_desk.play(case))
    assert not found, "\n".join([str(case.raw["title"]), *found])


@pytest.mark.skipif(not cases.IS_HERE, reason=cases.MISSING)
def test_every_exception_is_about_a_case() -> None:
    known = {case.name for case in cases.recorded()}
    assert set(exceptions().cases) <= known or not cases.IS_USUAL
