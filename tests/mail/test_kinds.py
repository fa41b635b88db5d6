"""Who gets which mail where no recording says so: settings, flags and people in combinations of their own."""

from dataclasses import dataclass

import pytest

from tests.mail.doing import (
    ADA,
    BOB,
    CLOSED,
    CYD,
    DAN,
    NOW,
    OF_BOB,
    OF_DAN,
    OF_TEAM,
    OPENED,
    UMAS,
    Do,
    by,
    by_key,
    by_mail,
    by_user,
    joined,
    off,
    on,
    setting,
    summary,
)
from tests.mail.recorded import IS_HERE, MISSING
from tests.mail.stage import MailStage

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]

ALERTS = ["ticket.alert bob", "ticket.alert ada"]
NOTES = on("note_alert_active")


@dataclass(frozen=True)
class Case:
    """What is done on a help desk set up so, and who gets what of it, in order."""

    do: Do
    told: list[str]
    setup: tuple[str, ...] = ()


def case(do: Do, told: list[str], *setup: str) -> Case:
    return Case(do, told, setup)


REPLY = {"body": "<p>Soon.</p>"}
MERGED = {"tickets": [4], "mode": "separate", "participants": "all", "child_status_id": 3}
MEMBERS = on("ticket_alert_dept_members")
LIMIT = setting("max_open_tickets", "4")
TOPIC_OF_DAN = "UPDATE ost_help_topic SET staff_id=4 WHERE topic_id=1"

CASES: dict[str, Case] = {
    # New tickets: what keeps the owner from an automatic answer. Source: mail.md 1.1
    "topic says no": case(
        by_key(topicId=1), ALERTS, *on("ticket_autoresponder"), "UPDATE ost_help_topic SET noautoresp=1"
    ),
    "topic says nothing": case(by_key(topicId=1), ["ticket.autoresp nia", *ALERTS], *on("ticket_autoresponder")),
    "mailbox says no": case(
        by_mail(), ALERTS, *on("ticket_autoresponder"), "UPDATE ost_email SET noautoresp=1 WHERE email_id=1"
    ),
    "owner is a mailbox": case(by_key(email="ALERTS@acme.test"), ALERTS, *on("ticket_autoresponder")),
    "an automatic mail": case(by_mail("Auto-Submitted: auto-replied"), ALERTS, *on("ticket_autoresponder")),
    "an automatic mail of the manager": case(
        by_mail("Auto-Submitted: auto-replied"),
        ["ticket.alert ada"],
        "UPDATE ost_user_email SET address='bob@acme.test' WHERE user_id=13",
        "UPDATE ost_staff SET email='wes@example.org' WHERE staff_id=2",
    ),
    "no address to answer from": case(by_key(), [], setting("default_email_id", "99")),
    "no templates": case(by_key(), [], setting("default_template_id", "99")),
    "no template of that name": case(
        by_key(),
        ["ticket.autoresp nia"],
        *on("ticket_autoresponder"),
        "DELETE FROM ost_email_template WHERE code_name='ticket.alert'",
    ),
    # New tickets: who is alerted
    "agents who are locked or away": case(
        by_key(),
        ["ticket.alert dan", "ticket.alert ada"],
        *MEMBERS,
        "UPDATE ost_staff SET isactive=0 WHERE staff_id=3",
        "UPDATE ost_staff SET onvacation=1 WHERE staff_id=2",
        "UPDATE ost_staff SET dept_id=2 WHERE staff_id=1",
    ),
    "alerts of extended access are off": case(
        by_key(),
        ["ticket.alert ada", "ticket.alert dan", "ticket.alert bob"],
        *MEMBERS,
        "UPDATE ost_staff_dept_access SET flags=0 WHERE staff_id=3",
    ),
    "by last name": case(
        by_key(),
        ["ticket.alert bob", "ticket.alert dan", "ticket.alert ada"],
        *MEMBERS,
        *off("ticket_alert_admin"),
        setting("agent_name_format", "lastfirst"),
        "UPDATE ost_department SET manager_id=0, group_membership=0",
        "UPDATE ost_staff SET lastname='Zed' WHERE staff_id=1",
        "UPDATE ost_staff SET lastname='Abel' WHERE staff_id=2",
    ),
    "a team manages the account": case(
        by_user(11, "/tickets", OPENED),
        ["ticket.alert bob", "ticket.alert dan", "ticket.alert ada"],
        *on("ticket_alert_acct_manager"),
        "UPDATE ost_organization SET manager='t1'",
    ),
    "the same address in capitals": case(
        by_key(),
        ["ticket.alert bob", "ticket.alert ADA"],
        setting("admin_email", "ADA@acme.test"),
    ),
    "assigned by its topic": case(
        by_key(topicId=1),
        ["assigned.alert dan", "ticket.alert bob", "ticket.alert ada"],
        *MEMBERS,
        *on("assigned_alert_team_members"),
        "UPDATE ost_help_topic SET staff_id=4, team_id=1 WHERE topic_id=1",
    ),
    "a team by its topic": case(
        by_key(topicId=1),
        ["assigned.alert bob", "assigned.alert dan", *ALERTS],
        *on("assigned_alert_team_members"),
        "UPDATE ost_help_topic SET team_id=1 WHERE topic_id=1",
    ),
    # What a caller who wants no alerts still gets: they are of the new ticket alone. Source: mail.md 1.6
    "assigned by its topic, without alerts": case(by_key(topicId=1, alert=False), ["assigned.alert dan"], TOPIC_OF_DAN),
    "assigned by its topic, without alerts, by a newer key": case(
        by(BOB, "/tickets", {**OPENED, "user_id": 13, "topic_id": 1, "reply_to": "none", "alert": False}),
        ["assigned.alert dan"],
        TOPIC_OF_DAN,
    ),
    "given to an agent as it is opened, without alerts": case(
        by(BOB, "/tickets", {**OPENED, "user_id": 13, "staff_id": DAN, "reply_to": "none", "alert": False}),
        ["assigned.alert dan"],
    ),
    "a bounce, assigned by its topic": case(
        by_mail("Return-Path: <>"),
        ["assigned.alert dan"],
        TOPIC_OF_DAN,
        "UPDATE ost_email SET topic_id=1",
    ),
    "the last ticket, without alerts": case(
        by_key(email="uma@acme-corp.test", alert=False),
        ["plain ada", "ticket.overlimit uma", "plain ada"],
        LIMIT,
        *on("overlimit_notice_active"),
    ),
    "the last ticket, without automatic answers": case(
        by_key(email="uma@acme-corp.test", autorespond=False),
        [*ALERTS, "plain ada"],
        LIMIT,
        *on("overlimit_notice_active"),
    ),
    # As many open tickets as one may have
    "the last ticket": case(
        by_user(11, "/tickets", OPENED),
        [*ALERTS, "plain ada", "ticket.overlimit uma", "plain ada"],
        LIMIT,
        *on("overlimit_notice_active"),
    ),
    "the last ticket, which is not logged": case(
        by_user(11, "/tickets", OPENED),
        [*ALERTS, "ticket.overlimit uma", "plain ada"],
        LIMIT,
        setting("log_level", "1"),
        *on("overlimit_notice_active"),
    ),
    "the last ticket, opened by an agent": case(
        by(BOB, "/tickets", {**OPENED, "user_id": 11, "reply_to": "none"}),
        [*ALERTS, "plain ada"],
        LIMIT,
        *on("overlimit_notice_active"),
    ),
    "collaborations count": case(
        by_user(11, "/tickets", OPENED),
        [*ALERTS, "plain ada"],
        setting("max_open_tickets", "5"),
        joined(OF_BOB, 11, 82),
    ),
    # Opened by an agent. Source: mail.md 1.2
    "a notice to nobody": case(by(BOB, "/tickets", {**OPENED, "user_id": 13, "reply_to": "none"}), ALERTS),
    "no notice and no response": case(
        by(BOB, "/tickets", {**OPENED, "user_id": 13}), ALERTS, *off("ticket_notice_active")
    ),
    "a response at once": case(
        by(BOB, "/tickets", {**OPENED, "user_id": 13, "staff_id": DAN, "response": "Soon.", "reply_to": "none"}),
        ["assigned.alert dan", *ALERTS, "note.alert dan"],
        *NOTES,
    ),
    "a response at once, without alerts": case(
        by(BOB, "/tickets", {**OPENED, "user_id": 13, "response": "Soon.", "alert": False}),
        ["ticket.notice wes"],
        *NOTES,
        *on("note_alert_dept_manager"),
    ),
    # Replies. Source: mail.md 1.3
    "only to collaborators": case(
        by(BOB, f"/tickets/{OF_BOB}/reply", {**REPLY, "reply_to": "collaborators"}), ["ticket.reply cc vic"]
    ),
    "to collaborators, of whom there are none": case(
        by(BOB, f"/tickets/{UMAS}/reply", {**REPLY, "reply_to": "collaborators"}), []
    ),
    "the owner takes part as well": case(
        by(BOB, f"/tickets/{UMAS}/reply", REPLY), ["ticket.reply uma cc uma"], joined(UMAS, 11, 82)
    ),
    "on a closed ticket": case(
        by(CYD, f"/tickets/{CLOSED}/reply", REPLY), ["ticket.reply vic"], "UPDATE ost_staff SET role_id=1"
    ),
    "an agent who is away has answered": case(
        by(ADA, f"/tickets/{OF_BOB}/reply", REPLY),
        ["ticket.reply wes cc vic"],
        *NOTES,
        "UPDATE ost_staff SET onvacation=1 WHERE staff_id=2",
    ),
    # Messages. Source: mail.md 1.4
    "the department does not confirm messages": case(
        by_user(11, f"/tickets/{UMAS}/message", REPLY),
        [],
        *on("message_autoresponder"),
        "UPDATE ost_department SET message_auto_response=0",
    ),
    "nobody else is told": case(
        by_user(11, f"/tickets/{UMAS}/message", REPLY),
        [],
        *off("message_autoresponder_collabs"),
        joined(UMAS, 12, 82),
    ),
    "collaborators who take part no more": case(
        by_user(11, f"/tickets/{UMAS}/message", REPLY), [], joined(UMAS, 12, 82, flags=2)
    ),
    "a team has it": case(
        by_user(11, f"/tickets/{OF_TEAM}/message", REPLY),
        ["message.alert dan"],
        "UPDATE ost_team_member SET flags=0 WHERE staff_id=2",
        "UPDATE ost_team SET flags=2",
    ),
    "each alert of a message": case(
        by_user(11, f"/tickets/{OF_DAN}/message", REPLY),
        ["message.alert dan", "message.alert cyd", "message.alert bob"],
        *on("message_alert_dept_manager", "message_alert_acct_manager"),
        "UPDATE ost_department SET manager_id=3 WHERE id=1",
        "UPDATE ost_department SET group_membership=2",
    ),
    # Notes. Source: mail.md 1.5
    "an agent and a team have it": case(
        by(ADA, f"/tickets/{OF_TEAM}/note", REPLY),
        ["note.alert cyd", "note.alert bob", "note.alert dan"],
        *NOTES,
        "UPDATE ost_ticket SET staff_id=3, dept_id=1 WHERE ticket_id=5",
    ),
    "a note on a closed ticket, for the manager": case(
        by(ADA, f"/tickets/{CLOSED}/note", REPLY),
        ["note.alert bob"],
        *NOTES,
        *on("note_alert_dept_manager"),
        "UPDATE ost_department SET manager_id=2 WHERE id=2",
    ),
    "a note on a closed ticket, for a manager of elsewhere": case(
        by(ADA, f"/tickets/{CLOSED}/note", REPLY),
        [],
        *NOTES,
        *on("note_alert_assigned"),
        "UPDATE ost_ticket SET team_id=1, staff_id=0 WHERE ticket_id=3",
        "DELETE FROM ost_team_member WHERE team_id=1",
    ),
    "closed with a note: who had it is told": case(
        by(ADA, f"/tickets/{OF_DAN}/note", {**REPLY, "status_id": 3}), ["note.alert dan"], *NOTES
    ),
    # Assignments, transfers, overdue. Source: mail.md 1.6, 1.8
    "given to oneself": case(by(BOB, f"/tickets/{UMAS}/assign", {"staff_id": BOB}), []),
    "claimed": case(by(BOB, f"/tickets/{UMAS}/claim", {}), []),
    "given to an agent who is not told": case(
        by(ADA, f"/tickets/{UMAS}/assign", {"staff_id": BOB}), [], *off("assigned_alert_staff")
    ),
    "given to a team without members to tell": case(
        by(ADA, f"/tickets/{UMAS}/assign", {"team_id": 1}),
        ["assigned.alert bob"],
        *on("assigned_alert_team_members", "assigned_alert_team_lead"),
        "UPDATE ost_team_member SET flags=0",
        "UPDATE ost_team SET lead_id=2",
    ),
    "a department without members": case(
        by(ADA, f"/tickets/{UMAS}/assign", {"staff_id": BOB}), [], "UPDATE ost_department SET group_membership=2"
    ),
    "moved, and somebody has it": case(
        by(ADA, f"/tickets/{OF_BOB}/transfer", {"department_id": 2}),
        ["transfer.alert bob"],
        *on("transfer_alert_active", "transfer_alert_assigned", "transfer_alert_dept_members"),
    ),
    "moved, and who has it is not told": case(
        by(ADA, f"/tickets/{OF_BOB}/transfer", {"department_id": 2}),
        [],
        *on("transfer_alert_active", "transfer_alert_dept_members"),
    ),
    "overdue, but its SLA is silent": case(
        by(BOB, f"/tickets/{OF_DAN}/mark", {"as": "overdue"}), [], "UPDATE ost_sla SET flags=7"
    ),
    "overdue": case(
        by(BOB, f"/tickets/{OF_DAN}/mark", {"as": "overdue"}), ["ticket.overdue dan", "ticket.overdue bob"]
    ),
    "overdue, and nobody has it": case(
        by(BOB, f"/tickets/{UMAS}/mark", {"as": "overdue"}),
        ["ticket.overdue ada", "ticket.overdue bob", "ticket.overdue cyd", "ticket.overdue dan"],
        *on("overdue_alert_dept_members"),
    ),
    "released": case(by(ADA, f"/tickets/{OF_BOB}/release", {"comment": "x"}), [], *NOTES),
    "referred with a comment": case(
        by(ADA, f"/tickets/{OF_BOB}/refer", {"team_id": 2, "comment": "x"}), ["note.alert bob"], *NOTES
    ),
    "closed with a comment": case(by(BOB, f"/tickets/{OF_DAN}/status", {"status_id": 3, "comment": "x"}), [], *NOTES),
    "merged": case(by(ADA, f"/tickets/{OF_BOB}/merge", MERGED), [], *NOTES),
}


@pytest.mark.parametrize("name", CASES)
def test_tells_whom_osticket_tells(stage: MailStage, name: str) -> None:
    found = CASES[name]
    with stage.set_up(found.setup, NOW):
        answer = found.do(stage)
        assert answer.status < 300, answer.content
        assert [summary(letter) for letter in stage.letters()] == found.told
