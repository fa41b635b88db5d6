"""Changing the help desk's settings. Source: people.md 8.1, 8.3."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import and_

from osticket_api.access.principal import Principal
from osticket_api.db import tables as t
from osticket_api.db.config import load_config, store_config
from osticket_api.db.flags import DepartmentFlag, StatusMode, TopicFlag, has_flag
from osticket_api.db.unit import Write
from osticket_api.errors import Faults
from osticket_api.features.settings.catalogue import GROUPS, Setting
from osticket_api.features.settings.queries import get_settings
from osticket_api.features.settings.responses import Settings
from osticket_api.query.choices import EMAIL, PRIORITY, SCHEDULE, SEQUENCE, SLA, TEMPLATES, Choice, check_choices

_account, _department, _status, _topic = t.email_account.c, t.department.c, t.ticket_status.c, t.help_topic.c
_CHOICES: Final = {
    "defaults.department_id": Choice(
        "public department",
        _department.id,
        and_(has_flag(_department.flags, DepartmentFlag.ACTIVE), _department.ispublic == 1),
    ),
    "defaults.sla_id": SLA,
    "defaults.priority_id": PRIORITY,
    "defaults.status_id": Choice(
        "open status", _status.id, and_(has_flag(_status.mode, StatusMode.ENABLED), _status.state == "open")
    ),
    "defaults.topic_id": Choice("topic", _topic.topic_id, has_flag(_topic.flags, TopicFlag.ACTIVE)),
    "defaults.schedule_id": SCHEDULE,
    "defaults.email_id": EMAIL,
    "defaults.alert_email_id": EMAIL,
    "defaults.smtp_account_id": Choice(
        "SMTP account", _account.id, and_(_account.type == "smtp", _account.active == 1)
    ),
    "defaults.template_group_id": TEMPLATES,
    "tickets.sequence_id": SEQUENCE,
    "tickets.task_sequence_id": SEQUENCE,
}


def change_settings(tx: Write, actor: Principal, given: Mapping[str, Any]) -> Settings:
    """Change settings and give all of them as they are then. Only those that really change are written.

    Shapes: `given` holds values by `group.name`.

    Raises: Invalid for what cannot be a default.
    """
    faults = Faults()
    check_choices(tx, _CHOICES, given, faults)
    faults.raise_if_any()
    config = load_config(tx)
    changed = {
        setting.key: setting.write(value) for setting, value in _settings(given) if setting.value(config) != value
    }
    for key, (before, after) in store_config(tx, changed).items():
        tx.note_effect("setting", key=key, changed=[before, after])
    return get_settings(tx, actor)


def _settings(given: Mapping[str, Any]) -> Iterator[tuple[Setting, Any]]:
    for path, value in given.items():
        group, _, name = path.partition(".")
        yield GROUPS[group][name], value
