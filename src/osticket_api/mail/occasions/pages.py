"""Mails made from pages of the help desk: links for accounts and tickets. And notes to the administrator.

Source: mail.md 7
"""

import hashlib
from typing import Any

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.kit import html
from osticket_api.mail.letters import Party
from osticket_api.mail.mailboxes import alert_mailbox, default_mailbox
from osticket_api.mail.occasions.telling import Recipients, Telling
from osticket_api.mail.occasions.users import owner_in
from osticket_api.mail.variables.language import Secret, Value, Variables
from osticket_api.mail.variables.people import Collaborator, Scene
from osticket_api.mail.variables.scenes import language_of, read_by_agent, read_by_user

_OF_AGENTS = ("registration-staff", "pwreset-staff", "email2fa-staff")


def tell_by_page(telling: Telling) -> None:
    """A page of this type to an agent or a user. `token` makes the link by which a password is set."""
    facts = telling.facts
    page, agent = str(facts["page"]), telling.records.staff(facts.get("staff_id"))
    if page in _OF_AGENTS:
        if agent is not None:
            scene = read_by_agent(telling.scene, agent)
            reader = scene.agent(agent.staff_id)
            otp = Secret(str(facts["otp"])) if "otp" in facts else None
            roots: dict[str, Value] = {"staff": reader, "recipient": reader, "otp": otp}
            _send(
                telling, page, scene, Party(agent.email or ""), {**roots, **_links(telling, "/scp")}, language_of(agent)
            )
        return
    scene = read_by_user(telling.scene, facts.get("user_id"))
    user = scene.user(facts.get("user_id"))
    if user is not None:
        roots = {"user": user, "recipient": user, **_links(telling, "")}
        language = language_of(telling.records.account_of(user.row.id))
        _send(telling, page, scene, Party(user.address, user.text()), roots, language)


def _links(telling: Telling, panel: str) -> dict[str, Value]:
    token = telling.facts.get("token")
    if token is None:
        return {}
    link = Secret(f"{telling.records.url}{panel}/pwreset.php?token={token}", token)
    return {"link": link, "reset_link": link, "token": Secret(token)}


def _send(
    telling: Telling, page: str, scene: Scene, party: Party, roots: dict[str, Value], language: str | None
) -> None:
    mailbox = alert_mailbox(telling.records) if page in _OF_AGENTS else default_mailbox(telling.records)
    found = _page(telling, page, language)
    if mailbox is None or found is None:
        return
    variables = Variables({**telling.roots(scene), **roots})
    telling.write(f"page:{page}", mailbox, Recipients(to=[party]), variables, *found)


def _page(telling: Telling, page: str, language: str | None) -> tuple[str, str] | None:
    """Subject and body of the one page of this type, in the reader's language where it was translated."""
    content = t.content.c
    rows = telling.records.tx.rows(select(content.id, content.name, content.body).where(content.type == page))
    if len(rows) != 1:
        return None
    name = _translated(telling, rows[0], "name", language) or rows[0].name
    return html.strip_tags(name), _translated(telling, rows[0], "body", language) or rows[0].body


def _translated(telling: Telling, page: Row[Any], part: str, language: str | None) -> str | None:
    if not language:
        return None
    hashed = hashlib.md5(f"page.{part}.{page.id}".encode(), usedforsecurity=False).hexdigest()[:16]
    translation = t.translation.c
    found = select(translation.text).where(translation.object_hash == hashed, translation.lang == language)
    text: str | None = telling.records.tx.scalar(found)
    return text


def tell_of_access(telling: Telling) -> None:
    """The link by which the owner or a collaborator of a ticket sees it without signing in."""
    user_id = telling.facts.get("user_id")
    scene = read_by_user(telling.scene, user_id)
    user = scene.user(user_id)
    if user is None:
        return
    language = language_of(telling.records.account_of(user.row.id))
    mailbox, page = default_mailbox(telling.records), _page(telling, "access-link", language)
    if mailbox is None or page is None:
        return
    party, fixed = Party(user.address, user.text()), {}
    reader: Value = owner_in(telling, scene) if user_id == telling.ticket.user_id else _collaborator(telling, scene)
    if user_id == telling.ticket.user_id:
        owner = owner_in(telling, scene)
        fixed = {"recipient.ticket_link": owner.ticket_link(with_token=True)} if owner is not None else {}
        recipients = Recipients(to=[party])
    else:
        recipients = Recipients(cc=[party])
    variables = Variables({**telling.roots(scene), "user": user, "recipient": reader}, fixed)
    telling.write("page:access-link", mailbox, recipients, variables, *page)


def _collaborator(telling: Telling, scene: Scene) -> Value:
    rows = telling.records.collaborators_of(telling.thread_id, active=False)
    row = next((each for each in rows if each.user_id == telling.facts.get("user_id")), None)
    return Collaborator(scene, row, telling.ticket.ticket_id) if row is not None else None


def tell_administrator(telling: Telling) -> None:
    """A note in plain text about something that the system log holds too."""
    address = telling.records.config.text("admin_email")
    telling.write_plain(alert_mailbox(telling.records), address, telling.facts["subject"], telling.facts["text"])
