"""What mails say where no recording shows it: texts, names, links, what they answer."""

from datetime import datetime, timedelta
from hashlib import md5

import pytest

from osticket_api.kit import php_json
from osticket_api.mail import message_ids
from osticket_api.mail.letters import Letter
from osticket_api.mail.message_ids import Tag
from tests.mail.doing import (
    ADA,
    BOB,
    CYD,
    NOW,
    OF_BOB,
    OPENED,
    UMAS,
    Do,
    by,
    by_key,
    by_mail,
    by_nobody,
    by_user,
    joined,
    on,
    setting,
    summary,
)
from tests.mail.recorded import IS_HERE, MISSING, SALT
from tests.mail.stage import MailStage

pytestmark = [pytest.mark.skipif(not IS_HERE, reason=MISSING), pytest.mark.xdist_group("mails")]

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def told(stage: MailStage, do: Do, *setup: str, now: datetime = NOW) -> list[Letter]:
    """The mails that something leads to on a help desk set up so."""
    with stage.set_up(setup, now):
        answer = do(stage)
        assert answer.status < 300, answer.content
        return stage.letters()


def template(code: str, body: str, subject: str = "x") -> str:
    return f"UPDATE ost_email_template SET subject='{subject}', body='{body}' WHERE code_name='{code}'"


def tag_of(letter: Letter) -> Tag:
    tag = message_ids.read(letter.message_id, SALT)
    assert tag is not None
    return tag


def filter_mailing(**configuration: str) -> list[str]:
    """A filter that sends a mail about every ticket."""
    stored = php_json.encode(configuration).replace("\\", "\\\\")
    return [
        "INSERT INTO ost_filter(id,execorder,isactive,flags,status,match_all_rules,stop_onmatch,target,email_id,name,"
        "created,updated) VALUES(9,1,1,0,0,0,0,'Any',0,'Mail',NOW(),NOW())",
        "INSERT INTO ost_filter_rule(filter_id,what,how,val,isactive,notes,created,updated)"
        " VALUES(9,'subject','contains','Door',1,'',NOW(),NOW())",
        "INSERT INTO ost_filter_action(filter_id,sort,type,configuration,updated)"
        f" VALUES(9,1,'email','{stored}',NOW())",
    ]


def test_a_filter_writes_to_each_address_of_its_list(stage: MailStage) -> None:
    body = "%{ticket.subject}|%{recipient}|%{recipient.name.first}|%{recipient.mailbox}|%{recipient.domain}|"
    setup = filter_mailing(
        recipients='%{user}, "Ops, Night" <ops@acme.test>', subject="%{user}", message=f"{body}%{{recipient.personal}}"
    )
    nia, ops, *others = told(stage, by_key(), *setup)
    assert [each.template for each in (nia, ops, others[0])] == ["filter", "filter", "ticket.alert"]
    assert (nia.to[0].address, ops.to[0].address, ops.to[0].name) == ("nia@fresh.test", "ops@acme.test", "Ops, Night")
    assert (nia.subject, nia.html) == ('"Nia" <nia@fresh.test>', "Door|Nia|Nia|nia|fresh.test|Nia")
    assert ops.html == "Door|Nia|Nia|ops|acme.test|Ops, Night"
    assert (ops.manner, ops.sender.address, tag_of(ops)) == ("", "support@acme.test", Tag(0, 0, 0, "?"))


@pytest.mark.parametrize(("sender", "default", "expected"), [("3", "", 3), ("", "7", 2), ("", "8", 1), ("", "", 1)])
def test_a_filter_writes_from_the_address_it_names(stage: MailStage, sender: str, default: str, expected: int) -> None:
    account = (
        "INSERT INTO ost_email_account(id,email_id,type,auth_bk,auth_id,active,host,port,folder,protocol,encryption,"
        "fetchfreq,postfetch,num_errors,created,updated)"
        " VALUES({},2,'smtp','none','',{},'mail.test',25,'','SMTP','NONE',5,'nothing',0,NOW(),NOW())"
    )
    setup = filter_mailing(recipients="ops@acme.test", subject="x", message="x", **({"from": sender} if sender else {}))
    setup += [account.format(7, 1), account.format(8, 0), setting("default_smtp_id", default)]
    assert told(stage, by_key(), *setup)[0].email_id == expected


def test_a_subject_is_one_line_and_may_be_empty(stage: MailStage) -> None:
    lines = template("ticket.reply", "x", " one\n two%{ticket.nosuch}\n")
    assert told(stage, by(BOB, f"/tickets/{UMAS}/reply", {"body": "x"}), lines)[0].subject == "one two"
    (mail,) = told(stage, by(BOB, f"/tickets/{UMAS}/reply", {"body": "x"}), template("ticket.reply", "", ""))
    assert (mail.subject, mail.text) == ("", f"-- reply above this line --\nRef-Mid: {mail.message_id}\n")


def test_what_people_type_is_never_expanded(stage: MailStage) -> None:
    typed = "<p>%{ticket.id} %{recipient.name} %{ticket.dept.manager.username} %%7Bticket.id%7D</p>"
    bodies = [template("ticket.reply", "%{response}%{signature}"), template("message.alert", "%{message} %{poster}")]
    (reply,) = told(stage, by(BOB, f"/tickets/{UMAS}/reply", {"body": typed}), *bodies)
    assert reply.html is not None
    assert reply.html.endswith(typed)
    others = told(
        stage,
        by_user(11, f"/tickets/{UMAS}/message", {"body": typed}),
        *bodies,
        template("ticket.activity.notice", "%{message}"),
        "UPDATE ost_ticket SET staff_id=2 WHERE ticket_id=1",
        "UPDATE ost_user SET name='%{ticket.id}' WHERE id=11",
        joined(UMAS, 12, 82),
    )
    notice, alert = (each.html or "" for each in others)
    assert notice.endswith(typed)
    assert alert.endswith(f"{typed} %{{ticket.id}}")


def test_a_private_department_signs_nothing_and_lends_no_name(stage: MailStage) -> None:
    signed = template("ticket.autoresp", "[%{signature}]"), template("ticket.reply", "[%{signature}]")
    private = "UPDATE ost_department SET ispublic=0, name='Secret'"
    assert told(stage, by_key(), *on("ticket_autoresponder"), *signed, private)[0].html == "[]"
    body = {"body": "x", "signature": "department"}
    name = setting("default_from_name", "dept", f"staff.{BOB}")
    for setup, expected in (([], ("[<p>Dept <i>Support</i> sig</p>]", "Support")), ([private], ("[]", "Support"))):
        (mail,) = told(stage, by(BOB, f"/tickets/{UMAS}/reply", body), *signed, name, *setup)
        assert mail.html is not None
        assert (mail.html.rpartition("</div>")[2][-len(expected[0]) :], mail.sender.name) == expected
    (mail,) = told(stage, by(BOB, f"/tickets/{UMAS}/reply", body), name, "UPDATE ost_department SET name='Desk'")
    assert mail.sender.name == "Desk"


def test_a_reply_comes_from_the_address_that_the_agent_names(stage: MailStage) -> None:
    for email_id, expected in ((2, "alerts@acme.test"), (None, "noreply@acme.test")):
        body = {"body": "x", "from_email_id": email_id}
        (mail,) = told(
            stage, by(BOB, f"/tickets/{UMAS}/reply", body), "UPDATE ost_department SET email_id=3 WHERE id=1"
        )
        assert mail.sender.address == expected
        assert mail.message_id.endswith(f"-{expected}>")


def test_without_rich_text_an_image_is_an_attachment(stage: MailStage) -> None:
    body = {"body": f'<p>Look <img src="data:image/png;base64,{PIXEL}"></p>'}
    reply, plain = by(BOB, f"/tickets/{UMAS}/reply", body), setting("enable_richtext", "0")
    (mail,) = told(stage, reply)
    assert [file.content_id is not None for file in mail.files] == [True]
    (mail,) = told(stage, reply, plain)
    assert (mail.html, [file.content_id for file in mail.files]) == (None, [None])
    (mail,) = told(stage, reply, plain, setting("email_attachments", ""))
    assert (mail.html, mail.files) == (None, [])


def test_a_response_that_is_sent_again_goes_to_the_owner_alone(stage: MailStage) -> None:
    again = by(ADA, f"/tickets/{OF_BOB}/thread/43/resend", {"signature": "author"})
    body = "%{response}|%{staff.name}|%{signature}|%{recipient.ticket_link}"
    (mail,) = told(stage, again, template("ticket.reply", body), setting("default_from_name", "mine", f"staff.{ADA}"))
    assert summary(mail) == "ticket.reply wes"
    assert mail.html is not None
    expected = "<p>Please try the new password.</p>|Bob Full|<p>Sig <b>Bob</b> %{staff.name}</p>|"
    assert mail.html.endswith(f"{expected}http://127.0.0.1/view.php?id={OF_BOB}")
    assert (tag_of(mail), mail.sender.name) == (Tag(13, 43, 22, "U"), "Support")


def test_an_assignment_is_tied_to_its_comment_alone(stage: MailStage) -> None:
    for comment, tied in ((None, False), ("<p>Yours.</p>", True)):
        (mail,) = told(stage, by(ADA, f"/tickets/{UMAS}/assign", {"staff_id": BOB, "comment": comment}))
        tag = tag_of(mail)
        assert (tag.person_id, tag.kind, tag.entry_id > 0, tag.thread_id > 0) == (BOB, "S", tied, tied)
        assert mail.html is not None
        assert ("display:none" in mail.html, mail.manner) == (tied, "alert")


def test_who_assigned_automatically_is_the_agent_who_opened_it(stage: MailStage) -> None:
    topic, body = "UPDATE ost_help_topic SET staff_id=4 WHERE topic_id=1", template("assigned.alert", "%{assigner}")
    opened = by(BOB, "/tickets", {**OPENED, "user_id": 13, "topic_id": 1, "reply_to": "none"})
    assert told(stage, opened, topic, body)[0].html == "Bob Full"
    assert told(stage, by_key(topicId=1), topic, body)[0].html == "SYSTEM (Auto Assignment)"


def test_alerts_of_a_mail_answer_it(stage: MailStage) -> None:
    mails = told(stage, by_mail(), *on("ticket_autoresponder"))
    assert [each.in_reply_to for each in mails] == ["<a@b.test>"] * 3
    assert all(tag_of(each).entry_id for each in mails)
    assert [tag_of(each).kind for each in mails] == ["U", "S", "M"]


def test_late_tickets_are_told_of_once_by_the_cron(stage: MailStage) -> None:
    def run(stage: MailStage) -> None:
        key = str(stage.desk.scalar("SELECT apikey FROM ost_api_key WHERE id = ?", 1))
        answer = stage.api.anonymous().request("POST", "//api/tasks/cron", headers={"X-API-Key": key})
        assert answer.status < 300, answer.content

    with stage.set_up([], NOW + timedelta(days=1)):
        run(stage)
        found = sorted(summary(each) for each in stage.letters())
        run(stage)
        assert sorted(summary(each) for each in stage.letters()) == found
    assert found
    assert {each.partition(" ")[0] for each in found} == {"ticket.overdue"}


def test_an_answer_on_a_task_goes_to_each_collaborator_in_a_mail_of_its_own(stage: MailStage) -> None:
    join = (
        "INSERT INTO ost_thread_collaborator(id,flags,thread_id,user_id,role,created,updated)"
        " SELECT {},{},id,{},'M',NOW(),NOW() FROM ost_thread WHERE object_type='A' AND object_id=7"
    )
    joins = [join.format(90, 3, 11), join.format(91, 3, 12), join.format(92, 2, 13)]
    mails = told(stage, by(BOB, "/tasks/7/reply", {"body": "<p>Done.</p>"}), *joins)
    assert [summary(each) for each in mails] == ["task.activity.notice cc uma", "task.activity.notice cc vic"]
    assert [(tag_of(each).kind, tag_of(each).person_id, each.manner) for each in mails] == [
        ("?", 11, ""),
        ("?", 12, ""),
    ]


def test_agents_who_may_open_a_ticket_by_any_way_hear_that_they_are_mentioned(stage: MailStage) -> None:
    def mention(name: str, *setup: str) -> list[str]:
        found = told(stage, by(ADA, f"/tickets/{UMAS}/note", {"body": f"<p>@{name}</p>"}), *setup)
        return [summary(each) for each in found]

    away = "DELETE FROM ost_staff_dept_access WHERE staff_id=3"
    refer = "INSERT INTO ost_thread_referral(thread_id,object_id,object_type,created) VALUES(21,{},'{}',NOW())"
    assert mention("cyd") == ["note.alert cyd"]
    assert mention("cyd", away) == []
    assert mention("cyd", away, refer.format(CYD, "S")) == ["note.alert cyd"]
    assert mention("cyd", away, refer.format(2, "D")) == ["note.alert cyd"]
    assert mention("cyd", away, "UPDATE ost_department SET pid=2, path='/2/1/' WHERE id=1") == ["note.alert cyd"]
    assert mention("cyd", away, "UPDATE ost_department SET manager_id=3 WHERE id=1") == ["note.alert cyd"]
    assert mention("dan") == []


def translated(page: str, lang: str) -> str:
    hashed = "(SELECT SUBSTR('{}', 1, 16))".format(
        md5(b"page.name.%d" % PAGES[page], usedforsecurity=False).hexdigest()
    )
    return (
        "INSERT INTO ost_translation(object_hash,type,flags,lang,text,updated)"
        f" VALUES({hashed},'article',4,'{lang}','In {lang}',NOW())"
    )


PAGES: dict[str, int] = {}


@pytest.mark.parametrize("account", [("lang", "de"), ("extra", '{"browser_lang":"de"}')], ids=["chosen", "browser"])
def test_a_page_is_in_the_language_of_its_reader(stage: MailStage, account: tuple[str, str]) -> None:
    for page in ("pwreset-staff", "pwreset-client", "access-link"):
        PAGES[page] = int(stage.desk.scalar("SELECT id FROM ost_content WHERE type = ?", page))
    name, value = account
    setup = [
        *(translated(page, "de") for page in PAGES),
        f"UPDATE ost_staff SET {name}='{value}' WHERE staff_id=2",
        f"UPDATE ost_user_account SET {name}='{value}' WHERE user_id=11",
    ]
    requests = [
        ("/auth/forgot-password", {"kind": "staff", "username": "bob"}),
        ("/auth/forgot-password", {"kind": "user", "username": "uma"}),
        ("/auth/ticket-link", {"email": "uma@acme-corp.test", "number": "100001"}),
    ]
    for path, body in requests:
        (mail,) = told(stage, by_nobody(path, body), *setup)
        assert mail.subject == "In de"


def test_the_owners_phone_is_shown_as_the_panel_shows_it(stage: MailStage) -> None:
    stored = (
        "INSERT INTO ost_form_entry_values(entry_id,field_id,value) SELECT id,3,'5551234567X12' FROM ost_form_entry"
        " WHERE object_type='U' AND object_id=11 ON DUPLICATE KEY UPDATE value='5551234567X12'"
    )
    body = template("ticket.reply", "%{ticket.phone}|%{ticket.user.phone}")
    (mail,) = told(stage, by(BOB, f"/tickets/{UMAS}/reply", {"body": "x"}), body, stored)
    assert mail.html is not None
    assert mail.html.endswith("(555) 123-4567 x12|5551234567X12")


def test_a_new_agent_is_welcomed_with_a_link(stage: MailStage) -> None:
    new = {
        "username": "fay",
        "first_name": "Fay",
        "last_name": "New",
        "email": "fay@acme.test",
        "department_id": 1,
        "role_id": 1,
        "send_email": True,
    }
    (mail,) = told(stage, by(ADA, "/staff", new))
    assert (summary(mail), mail.to[0].name, mail.sender.address) == (
        "page:registration-staff fay",
        "",
        "alerts@acme.test",
    )
    assert mail.html is not None
    assert "http://127.0.0.1/scp/pwreset.php?token=" in mail.html
    assert (mail.manner, tag_of(mail)) == ("", Tag(0, 0, 0, "?"))


def test_a_pages_name_is_a_subject_without_tags(stage: MailStage) -> None:
    named = "UPDATE ost_content SET name='<b>New</b> password of %{recipient.name}' WHERE type='pwreset-client'"
    (mail,) = told(stage, by_nobody("/auth/forgot-password", {"kind": "user", "username": "uma"}), named)
    assert mail.subject == "New password of Uma Owner"


@pytest.mark.parametrize(
    ("person", "locale", "expected"),
    [
        ("lang='de', timezone='Europe/Berlin'", "", "05.03.24 10:00"),
        ('extra=\'{"browser_lang":"de"}\'', "", "05.03.24 09:00"),
        ("lang='de'", "en_GB", "05/03/2024 09:00"),
    ],
)
def test_moments_are_as_the_user_who_acts_reads_them(stage: MailStage, person: str, locale: str, expected: str) -> None:
    (mail,) = told(
        stage,
        by_user(11, f"/tickets/{UMAS}/message", {"body": "x"}),
        template("message.alert", "[%{ticket.create_date.long}]"),
        f"UPDATE ost_user_account SET {person} WHERE user_id=11",
        "UPDATE ost_ticket SET staff_id=2 WHERE ticket_id=1",
        setting("default_locale", locale),
    )
    assert mail.html is not None
    assert mail.html.endswith(f"[{expected}]")
