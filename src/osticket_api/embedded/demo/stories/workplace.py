"""Stories from Maintenance and its branch Workplace, where the equipment form is used."""

from base64 import b64decode
from datetime import timedelta
from functools import partial

from osticket_api.embedded.demo.answers import Answers
from osticket_api.embedded.demo.case import RESOLVED
from osticket_api.embedded.demo.files import SampleFile
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.demo.story import Story

_ONE_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
_PHOTO = SampleFile("laptop.png", "image/png", b64decode(_ONE_PIXEL))


def tell(stage: Stage) -> None:
    _repairs(stage)
    _house_technicians(stage)
    _equipment(stage)


def _repairs(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(25, "08:35", cast.uma, setting.problem, "Printer on floor two jams", "Paper is stuck in tray two.")
        .after(hours=1)
        .reply(cast.dora, "Somebody is on the way.")
        .after(hours=2)
        .close(cast.dora, RESOLVED, "New rollers.")
    )
    (
        story(20, "09:55", cast.ugo, setting.problem, "Meeting room is freezing", "It has 16 degrees.")
        .after(minutes=20)
        .claim(cast.dora)
        .after(hours=3)
        .reply(cast.dora, "The valve was stuck; it is getting warmer.")
        .on(19, "08:20")
        .close(cast.dora)
    )
    story(3, "08:55", cast.ulf, setting.problem, "Gate does not open", "The card reader blinks red.")
    story(1, "08:15", cast.uma, setting.problem, "Light flickers in room 204", "It gives everybody a headache.")


def _house_technicians(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(2, "13:40", cast.nina, setting.general, "The lift stops between floors", "Twice!", source="Email")
        .after(minutes=30)
        .transfer(setting.maintenance, before=setting.support, by=cast.alice, comment="For the house technicians.")
        .on(1, "08:40")
        .task(
            "Call the lift company",
            "The contract number is on the inside of the door.",
            by=cast.dora,
            to=cast.dora,
            department=setting.maintenance,
        )
        .after(hours=2)
        .finish_task(cast.dora)
        .reply(cast.dora, "They come tomorrow morning.")
    )


def _equipment(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(21, "09:10", cast.ugo, setting.equipment, "Mouse wheel is broken", "It sticks.", answers=_mouse)
        .after(hours=1)
        .reply(cast.dora, "A new one lies at the front desk.")
        .after(minutes=30)
        .close(cast.dora)
    )
    (
        story(
            12,
            "10:30",
            cast.uma,
            setting.equipment,
            "New laptop",
            "The old one does not start any more.",
            source="Phone",
            by=cast.dora,
            needed_at=stage.due_soon,
            answers=partial(_laptop, stage),
        )
        .after(minutes=40)
        .claim(cast.dora)
        .after(hours=1)
        .reply(cast.dora, "Ordered; it should be here within two weeks.")
    )
    (
        story(8, "14:20", cast.ugo, setting.equipment, "Second screen", "For the new desk.", answers=_screen)
        .after(minutes=55)
        .assign_team(setting.escalation, by=cast.dora)
    )


def _mouse(answers: Answers) -> Answers:
    """The cost centre has to be known before the ticket may be closed."""
    return answers.text("asset_tag", "PE-0007").office("Tallinn").text("cost_centre", "4711")


def _laptop(stage: Stage, answers: Answers) -> Answers:
    return (
        answers.text("asset_tag", "LT-0042")
        .memo("details", "14 inch, 32 GB")
        .choice("condition", broken="Broken")
        .choice("extras", bag="Bag", dock="Dock")
        .switch("warranty")
        .day("needed_by", (stage.due_soon + timedelta(days=14)).date())
        .impact("High")
        .office("Lisbon")
        .department(stage.setting.support.id)
        .contact(stage.cast.alice)
        .zone("Europe/Lisbon")
        .phone("5550142")
        .photo(_PHOTO)
    )


def _screen(answers: Answers) -> Answers:
    return answers.text("asset_tag", "MO-0815").choice("condition", new="New").office("Turin")
