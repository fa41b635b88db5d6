"""The code by which an agent proves, with their mailbox, that they are who signs in.

Source: mail.md 7.1 (`email2fa-staff`)
"""

from osticket_api.access.principal import ANONYMOUS
from osticket_api.db.unit import Write
from osticket_api.mail import outbox


def mail_code(tx: Write, staff_id: int, code: str) -> None:
    """Mail a code to the address of an agent, in the words of the help desk's own page.

    Effects: an occasion that becomes a mail after the commit; none where nothing is mailed (`tx.keeps_mail`).
    """
    outbox.post(tx, "page", ANONYMOUS, page="email2fa-staff", staff_id=staff_id, otp=code)
