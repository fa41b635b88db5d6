"""Stories from Support."""

from functools import partial

from osticket_api.embedded.demo.case import RESOLVED
from osticket_api.embedded.demo.files import SampleFile
from osticket_api.embedded.demo.stage import Stage
from osticket_api.embedded.demo.story import Story

_LOG = SampleFile("client.log", "text/plain", b"09:14:02 connect\n09:14:32 timeout\n09:14:33 giving up\n")


def tell(stage: Stage) -> None:
    _long_ago(stage)
    _closed_tickets(stage)
    _came_back(stage)
    _being_worked_on(stage)
    _waiting_for_somebody(stage)
    _new(stage)


def _long_ago(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(28, "09:12", cast.uma, setting.access, "Cannot sign in since Monday", "My password is refused.")
        .after(minutes=25)
        .reply(cast.alice, "We have unlocked your account. Please try again.")
        .after(minutes=40)
        .message(cast.uma, "Works again, thank you!")
        .after(minutes=5)
        .close(cast.alice, RESOLVED, "Account was locked after four attempts.")
    )
    (
        story(26, "10:40", cast.ulf, setting.general, "Do you offer trainings?", "I would like to learn the basics.")
        .after(hours=2)
        .reply(cast.alice, "Every first Tuesday at ten. You are welcome.")
        .on(24, "09:05")
        .close(cast.alice)
    )
    (
        story(24, "11:20", cast.ugo, setting.feedback, "The new portal is great", "Just to say that I like it.")
        .after(hours=1)
        .reply(cast.dora, "Thank you, we pass it on.")
        .after(minutes=1)
        .close(cast.dora)
    )
    (
        story(22, "14:03", cast.nina, setting.general, "Newsletter comes twice", "Please stop one.", source="Email")
        .after(hours=1)
        .claim(cast.alice)
        .after(minutes=20)
        .reply(cast.alice, "You get it once from now on.")
        .after(minutes=2)
        .close(cast.alice, RESOLVED)
    )


def _closed_tickets(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(19, "08:50", cast.uma, setting.general, "VPN drops every half hour", "Since last week.", priority=3)
        .attach(_LOG)
        .after(minutes=30)
        .assign(cast.alice, by=cast.dora, comment="You know the gateway best.")
        .after(minutes=50)
        .reply(cast.alice, "Which version of the client do you use?")
        .after(hours=2)
        .message(cast.uma, "It says 5.1.2 in the corner.")
        .on(18, "09:30")
        .reply(cast.alice, "Please update to 5.2, it cures exactly this.")
        .on(17, "10:00")
        .message(cast.uma, "Two days without a drop. Thanks!")
        .after(minutes=10)
        .close(cast.alice)
    )
    (
        story(16, "13:15", cast.omar, setting.access, "Second factor lost", "New phone.", source="Phone", by=cast.alice)
        .after(minutes=4)
        .reply(cast.alice, "Reset; the next sign-in asks you to set it up.")
        .after(minutes=1)
        .close(cast.alice, RESOLVED)
    )
    (
        story(15, "09:40", cast.ugo, setting.general, "Shared mailbox for the project", "Uma and I need one.")
        .after(minutes=35)
        .collaborate(cast.uma, by=cast.alice)
        .reply(cast.alice, "It is there: project@acme.example.")
        .after(hours=1)
        .message(cast.uma, "I cannot open it yet.")
        .after(minutes=30)
        .reply(cast.alice, "Now you can; please restart your mail program.")
        .on(14, "08:45")
        .close(cast.alice)
    )


def _came_back(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(6, "15:10", cast.ulf, setting.feedback, "The search finds nothing", "Whatever I type.")
        .on(5, "08:30")
        .reply(cast.dora, "The index was being rebuilt. Is it better today?")
        .after(minutes=10)
        .close(cast.dora, RESOLVED)
        .on(1, "10:20")
        .message(cast.ulf, "Sorry, still nothing for me.")
    )


def _being_worked_on(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    (
        story(1, "09:05", cast.uma, setting.general, "Calendar shows the wrong time zone", "Meetings are an hour late.")
        .after(minutes=45)
        .claim(cast.alice)
        .after(minutes=15)
        .reply(cast.alice, "Which program do you see it in?")
        .after(hours=3)
        .message(cast.uma, "In the web calendar, and on the phone.")
        .after(hours=1)
        .note(cast.alice, "Cause", "The server still has the old zone rules. Update is planned.")
    )
    (
        story(7, "09:20", cast.uma, setting.access, "Access to the archive share", "For the audit.", priority=3)
        .after(minutes=20)
        .assign_team(setting.escalation, by=cast.alice)
        .after(minutes=30)
        .note(cast.dora, "Approval", "Waiting for the head of finance.")
    )
    (
        story(2, "11:45", cast.ugo, setting.general, "Screen sharing stays black", "Only in large meetings.")
        .after(hours=1)
        .reply(cast.alice, "We see it here too and have asked the vendor.")
        .after(minutes=5)
        .task(
            "Ask the vendor",
            "Send them the meeting ids.",
            by=cast.alice,
            to=cast.alice,
            department=setting.support,
        )
    )
    (
        story(1, "08:25", cast.nina, setting.general, "Where do I change my address?", "I moved.", source="Email")
        .after(hours=2)
        .assign(cast.bob, by=cast.alice, comment="Could you look this up?")
        .after(hours=1)
        .note(cast.bob, "Found it", "It is on the second page of the profile.")
    )


def _waiting_for_somebody(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    story(6, "14:30", cast.ulf, setting.general, "Any news about the roadmap?", "I asked in spring already.")
    story(2, "16:10", cast.omar, setting.feedback, "Dark mode, please", "My eyes would thank you.", source="API")


def _new(stage: Stage) -> None:
    story, cast, setting = partial(Story, stage), stage.cast, stage.setting
    story(
        1,
        "09:15",
        cast.uma,
        setting.access,
        "New colleague needs an account",
        "She starts soon.",
        source="Phone",
        by=cast.alice,
        needed_at=stage.due_soon,
    )
    story(1, "10:50", cast.ugo, setting.general, "Café menu shows ??? for é and ü", "Accents are broken.")
    (
        story(1, "11:35", cast.ulf, setting.access, "Locked out", "Four wrong passwords, sorry.")
        .after(minutes=20)
        .assign_team(setting.first_level, by=cast.dora)
    )
