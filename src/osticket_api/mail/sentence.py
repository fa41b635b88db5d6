"""What becomes of mail with these settings, in one sentence."""

from osticket_api.settings import Settings


def sentence_about_mail(settings: Settings, *, can_send: bool, address: str = "") -> str:
    """Whether mail is captured, sent, stored or left to osTicket.

    `can_send`: whether any address has an account to send by. `address`: where this server listens.
    """
    if settings.read_only:
        return "left to osTicket: this server is attached read-only and mails nothing"
    if settings.captures_mail:
        return f"captured, nobody gets it: see {address}/mail and {settings.data_dir / 'mail'}"
    if settings.mail_mode == "off":
        return "left to osTicket: MAIL is off, so nobody is mailed about what is done through this server"
    if settings.mail_mode == "store":
        return "stored, nobody gets it: see /api/v2/outgoing-mails"
    if can_send:
        return "sent through SMTP accounts of osTicket's addresses, for all that is done through this server"
    if settings.mail is None:
        return "stored until an address has an SMTP account that can be used, and sent from then on"
    return "kept for three days at most until an address has an SMTP account that can be used"
