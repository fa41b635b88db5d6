"""What fields of a department may name, and what a default department may not be."""

from typing import Final

from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.engine import Read
from osticket_api.features.departments.flags import ACTIVE
from osticket_api.web.choices import Choice
from osticket_api.web.small_lists import has_flag

CHOICES: Final = {
    "manager_id": Choice("agent", t.staff.c.staff_id, t.staff.c.isactive == 1),
    "sla_id": Choice("SLA", t.sla.c.id, has_flag(t.sla.c.flags, 0x1)),
    "schedule_id": Choice("schedule of business hours", t.schedule.c.id, has_flag(t.schedule.c.flags, 0x1)),
    "email_id": Choice("e-mail address", t.email.c.email_id),
    "auto_response_email_id": Choice("e-mail address", t.email.c.email_id),
    "template_group_id": Choice(
        "template group", t.email_template_group.c.tpl_id, t.email_template_group.c.isactive == 1
    ),
}
ROLE: Final = Choice("role", t.role.c.id, has_flag(t.role.c.flags, 0x1))
DEPARTMENT: Final = Choice("department", t.department.c.id, has_flag(t.department.c.flags, ACTIVE))


def default_department_id(tx: Read) -> int:
    """Where everything goes that nothing else routes. Source: people.md 4.5"""
    return load_config(tx).number("default_dept_id")
