"""osTicket's flag bits: each named once, in a class for each column.

Plain numbers: `flags & ~bit` of an `IntFlag` would also clear every bit that its class does not name. Only the flags of
fields are an `IntFlag`, because fields are asked by `in`; take `int(bit)` where one is cleared or goes into SQL.
"""

from enum import IntFlag
from typing import Any, Final

from sqlalchemy import ColumnElement, func


class TicketFlag:
    """`ticket.flags`. Source: tickets.md Appendix A."""

    COMBINED: Final = 0x1
    SEPARATE: Final = 0x2
    LINKED: Final = 0x8
    PARENT: Final = 0x10
    MERGED: Final = COMBINED | SEPARATE


class EntryFlag:
    """`thread_entry.flags`. Source: tickets.md Appendix A."""

    ORIGINAL: Final = 0x1
    EDITED: Final = 0x2
    HIDDEN: Final = 0x4
    GUARDED: Final = 0x8
    RESENT: Final = 0x10
    COLLABORATOR: Final = 0x20
    BALANCED: Final = 0x40
    SYSTEM: Final = 0x80
    REPLY_ALL: Final = 0x100
    REPLY_USER: Final = 0x200
    CHILD: Final = 0x400


class CollaboratorFlag:
    """`thread_collaborator.flags`. Source: tickets.md Appendix A."""

    ACTIVE: Final = 0x1
    CC: Final = 0x2


class TaskFlag:
    """`task.flags`. Source: tickets.md Appendix A."""

    OPEN: Final = 0x1


class StatusMode:
    """`ticket_status.mode`. Source: people.md 5.5."""

    ENABLED: Final = 0x1
    INTERNAL: Final = 0x2


class UserStatus:
    """`user.status`. Source: people.md 1.1."""

    PRIMARY_CONTACT: Final = 0x1


class AccountStatus:
    """`user_account.status`. Source: people.md 1.6."""

    CONFIRMED: Final = 0x1
    LOCKED: Final = 0x2
    MUST_CHANGE_PASSWORD: Final = 0x4
    MAY_NOT_CHANGE_PASSWORD: Final = 0x8


class OrganizationStatus:
    """`organization.status`. Source: people.md 2.1."""

    ADDS_MEMBERS: Final = 0x1
    ADDS_PRIMARY_CONTACTS: Final = 0x2
    ASSIGNS_MANAGER: Final = 0x4
    SHARED_WITH_PRIMARY_CONTACTS: Final = 0x8
    SHARED_WITH_EVERYBODY: Final = 0x10


class DepartmentFlag:
    """`department.flags`. Source: people.md 4.1."""

    MEMBERS_ONLY: Final = 0x1
    NO_AUTO_CLAIM: Final = 0x2
    ACTIVE: Final = 0x4
    ARCHIVED: Final = 0x8
    PRIMARY_MEMBERS_ONLY: Final = 0x10
    NO_REOPEN_ASSIGN: Final = 0x20


class TopicFlag:
    """`help_topic.flags`. Source: people.md 5.1."""

    CUSTOM_NUMBERS: Final = 0x1
    ACTIVE: Final = 0x2
    ARCHIVED: Final = 0x4


class SlaFlag:
    """`sla.flags`. Source: people.md 5.2."""

    ACTIVE: Final = 0x1
    NO_ALERTS: Final = 0x4
    TRANSIENT: Final = 0x8


class ScheduleFlag:
    """`schedule.flags`. Source: people.md 5.3."""

    BUSINESS_HOURS: Final = 0x1


class RoleFlag:
    """`role.flags`. Source: people.md 3.5."""

    ENABLED: Final = 0x1


class TeamFlag:
    """`team.flags`. Source: people.md 3.9."""

    ENABLED: Final = 0x1
    NO_ALERTS: Final = 0x2


class MemberFlag:
    """`team_member.flags` and `staff_dept_access.flags`. Source: people.md 3.8 and 3.9."""

    ALERTS: Final = 0x1


class ListItemStatus:
    """`list_items.status`. Source: people.md 5.9."""

    ENABLED: Final = 0x1


class FormFlag:
    """`form.flags`. Source: people.md 5.10."""

    DELETABLE: Final = 0x1
    DELETED: Final = 0x2


class ListMask:
    """`list.masks`. Source: people.md 5.9."""

    NO_NEW_ITEMS: Final = 0x2
    NO_REMOVAL: Final = 0x4


class SequenceFlag:
    """`sequence.flags`. Source: tickets.md Appendix A."""

    BUILT_IN: Final = 0x1


class QueueFlag:
    """`queue.flags`. Source: tickets.md Appendix A."""

    PUBLIC: Final = 0x1
    QUEUE: Final = 0x2
    DISABLED: Final = 0x4
    INHERITS_CRITERIA: Final = 0x8
    INHERITS_COLUMNS: Final = 0x10
    INHERITS_SORTS: Final = 0x20
    INHERITS_DEFAULT_SORT: Final = 0x40


class ColumnBit:
    """`queue_columns.bits`. Source: tickets.md Appendix A."""

    SORTABLE: Final = 0x1


class FilterFlag:
    """`filter.flags`: warnings of the panel. Source: tickets.md Appendix A."""

    INACTIVE_TOPIC: Final = 0x1
    INACTIVE_DEPARTMENT: Final = 0x2


class PluginInstanceFlag:
    """`plugin_instance.flags`. Source: tickets.md Appendix A."""

    ENABLED: Final = 0x1


class FieldFlag(IntFlag):
    """`form_field.flags`. Source: people.md 5.10."""

    ENABLED = 0x1
    STORED_ELSEWHERE = 0x2
    CLOSE_REQUIRED = 0x4
    FIXED_TYPE = 0x10
    NOT_DELETABLE = 0x20
    NOT_EDITABLE = 0x40
    ALWAYS_ENABLED = 0x80
    CLIENT_VIEW = 0x100
    CLIENT_EDIT = 0x200
    CLIENT_REQUIRED = 0x400
    AGENT_VIEW = 0x1000
    AGENT_EDIT = 0x2000
    AGENT_REQUIRED = 0x4000
    FIXED_REQUIREMENT = 0x10000
    FIXED_VISIBILITY = 0x20000
    FIXED_NAME = 0x40000


def has_flag(flags: ColumnElement[Any], flag: int) -> ColumnElement[bool]:
    """The column has this bit set; one without a value has none."""
    return func.coalesce(flags, 0).bitwise_and(flag) != 0
