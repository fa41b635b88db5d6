"""Reading the help desk's settings."""

from osticket_api.access.principal import Principal, Staff
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.features.files.api import Limits, limits_for
from osticket_api.features.settings import catalogue as all_settings
from osticket_api.features.settings import responses
from osticket_api.features.settings.catalogue import values_of
from osticket_api.features.users.api import LEAST_BYTES, MOST_BYTES


def get_settings(tx: Read, principal: Principal) -> responses.Settings:
    """The settings that are this caller's business."""
    config = load_config(tx)
    is_staff = isinstance(principal, Staff)
    settings = responses.Settings(
        help_desk=responses.HelpDesk(**values_of(all_settings.HELP_DESK, config)),
        sign_in=responses.SignIn(
            **values_of(all_settings.SIGN_IN, config), password_min_bytes=LEAST_BYTES, password_max_bytes=MOST_BYTES
        ),
        knowledge_base=responses.KnowledgeBase(**values_of(all_settings.KNOWLEDGE_BASE, config)),
        attachments=_attachments(limits_for(tx, "staff" if is_staff else "user")),
    )
    if is_staff:
        settings.tickets = responses.Tickets(**values_of(all_settings.TICKETS, config))
    if isinstance(principal, Staff) and principal.is_admin:
        settings.defaults = responses.Defaults(**values_of(all_settings.DEFAULTS, config))
        settings.administration = responses.Administration(**values_of(all_settings.ADMINISTRATION, config))
        settings.auto_responses = responses.AutoResponses(**values_of(all_settings.AUTO_RESPONSES, config))
        settings.alerts = responses.Alerts(**values_of(all_settings.ALERTS, config))
        settings.mail = responses.Mail(**values_of(all_settings.MAIL, config))
    return settings


def _attachments(limits: Limits) -> responses.Attachments:
    return responses.Attachments(
        is_enabled=limits.is_enabled,
        max_bytes=limits.max_bytes,
        types=sorted(limits.types),
        endings=sorted(limits.endings),
    )
