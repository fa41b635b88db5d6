"""The mails that our API makes, held against those that osTicket sent for the same operations."""

import pytest

from tests.mail.exceptions import EXCEPTIONS, NOT_OFFERED
from tests.mail.playing import NotOffered, Player
from tests.mail.reading import differences
from tests.mail.recorded import IS_HERE, MISSING, Recording, recordings
from tests.mail.stage import MailStage

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.name)
def test_sends_the_mails_of_osticket(stage: MailStage, recording: Recording) -> None:
    problems = played(stage, recording)
    excuse = EXCEPTIONS.get(recording.name)
    if excuse is None:
        assert problems == []
    else:
        assert problems, f"{recording.name} is excused without need"
        assert [problem for problem in problems if not any(part in problem for part in excuse.differs)] == []


def played(stage: MailStage, recording: Recording) -> list[str]:
    """What differs."""
    with stage.set_up(recording.setup, recording.clock):
        try:
            answers = Player(stage, recording).play()
        except NotOffered:
            if recording.name in NOT_OFFERED:
                pytest.skip(NOT_OFFERED[recording.name])
            raise
        ours = stage.made()
    refused = [answer for answer in answers if answer.status >= 500]
    problems = [f"answered {answer.status}: {answer.content[:300]!r}" for answer in refused]
    if len(ours) != len(recording.mails):
        told = [(mail.get("to"), mail.get("cc"), mail["subject"]) for mail in ours]
        problems.append(
            f"{len(ours)} mails, not {len(recording.mails)}: {told}; answers {[a.content[:300] for a in answers]}"
        )
    for number, (mine, theirs) in enumerate(zip(ours, recording.mails, strict=False), 1):
        problems += [f"mail {number} {problem}" for problem in differences(mine, theirs)]
    return problems
