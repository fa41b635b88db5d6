"""Where our mails differ from osTicket's on purpose, and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Excuse:
    """Why a recorded operation differs, and what each difference that is meant has in it."""

    reason: str
    differs: tuple[str, ...]


_ONE_PASS = "What a variable inserts is never read again: osTicket replaces variables in texts that people wrote."

_AS_TEXT = "The portal names who wrote by a text, and we do as the portal; these were recorded without it."
_PORTAL = (
    "poster.name.",
    "poster.email",
    "poster.username",
    "poster.phone",
    "poster.mobile",
    "poster.signature",
    "poster.timezone",
    "poster.dept",
)

EXCEPTIONS: dict[str, Excuse] = {
    "n16-api-create-variables-in-message": Excuse(_ONE_PASS, ("rl=%{recipient.ticket_link}",)),
    "r06-reply-signature-mine": Excuse(_ONE_PASS, ("%{staff.name}",)),
    "s02-staff-open-response-signature": Excuse(_ONE_PASS, ("%{staff.name}",)),
    "r19-reply-utf8": Excuse("Emoji stay; osTicket takes them out.", ("\U0001f600",)),
    "t01-task-create": Excuse(
        "A task is not due after its ticket; osTicket checks that in its form only.", ("due_date",)
    ),
    "a16-reply-to-merged-child": Excuse(_ONE_PASS, ("create_date.user", *_PORTAL)),
    "c02-collaborator-message": Excuse(_AS_TEXT, _PORTAL),
    "m07-mail-reply-system-sender": Excuse(_AS_TEXT, _PORTAL),
    "r13-reply-attachments-off": Excuse("Images that have no description get none.", ('alt="image"',)),
    "p04-login-lockout": Excuse(
        "While somebody is locked out, further passwords are not looked at.", ("1 mails, not 2",)
    ),
}

NOT_OFFERED: dict[str, str] = {}
"""Operations for which our API has no request."""
