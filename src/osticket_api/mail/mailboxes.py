"""Which of the help desk's addresses a mail comes from, and which template it is made of.

Source: mail.md 1.10 and 2.1
"""

from typing import Any

from sqlalchemy import Row, select

from osticket_api.db import tables as t
from osticket_api.mail.variables.records import Records


def default_mailbox(records: Records) -> Row[Any] | None:
    """The help desk's default address. Without it nothing is mailed at all."""
    return records.find(t.email, records.config.number("default_email_id"))


def outgoing_mailbox(records: Records) -> Row[Any] | None:
    """The address of what names no sender: that of the default account, else the default one. Source: mail.md 6.3"""
    account = records.find(t.email_account, records.config.number("default_smtp_id"))
    is_used = account is not None and account.type == "smtp" and account.active == 1
    own = records.find(t.email, account.email_id) if account is not None and is_used else None
    return own or default_mailbox(records)


def alert_mailbox(records: Records) -> Row[Any] | None:
    """The address of alerts that belong to no department."""
    return records.find(t.email, records.config.number("alert_email_id")) or default_mailbox(records)


def department_mailbox(records: Records, department: Row[Any] | None) -> Row[Any] | None:
    """The department's own address, else the default one."""
    own = records.find(t.email, department.email_id) if department is not None else None
    return own or default_mailbox(records)


def auto_response_mailbox(records: Records, department: Row[Any] | None) -> Row[Any] | None:
    """The address that the department's automatic answers come from."""
    own = records.find(t.email, department.autoresp_email_id) if department is not None else None
    return own or department_mailbox(records, department)


def template_group_id(records: Records, department: Row[Any] | None) -> int | None:
    """The group of the department, whether it is active or not, else the default one."""
    wanted = (department.tpl_id if department is not None else None, records.config.number("default_template_id"))
    return next((each for each in wanted if records.find(t.email_template_group, each) is not None), None)


def find_template(records: Records, department: Row[Any] | None, code: str) -> Row[Any] | None:
    """Subject and body for this occasion; None where the help desk has none."""
    template = t.email_template.c
    group_id = template_group_id(records, department)
    found = select(template.subject, template.body).where(template.tpl_id == group_id, template.code_name == code)
    return records.once(("template", group_id, code), lambda: records.tx.row(found))
