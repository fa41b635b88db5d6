"""Which departments, help topics and statuses a caller may see, as SQL."""

from sqlalchemy import ColumnElement, and_, or_, select, true

from osticket_api.access.permissions import GlobalPermission
from osticket_api.access.principal import Principal, Staff
from osticket_api.db import tables as t
from osticket_api.db.flags import DepartmentFlag, StatusMode, TopicFlag, has_flag
from osticket_api.db.unit import Read
from osticket_api.kit.tree import Tree


def visible_departments(principal: Principal) -> ColumnElement[bool]:
    """Users: public and active ones. Agents: their own, or all. Administrators set them up, so they see all.

    Source: people.md 3.6 (`visibility.departments`), 3.7 and 4.5
    """
    department = t.department.c
    if not isinstance(principal, Staff):
        return and_(department.ispublic, has_flag(department.flags, DepartmentFlag.ACTIVE))
    if principal.sees_all_departments:
        return true()
    return department.id.in_(sorted(principal.department_ids))


class TopicTree:
    """Every topic there is, with those above it."""

    def __init__(self, tx: Read) -> None:
        topic = t.help_topic.c
        rows = tx.rows(select(topic.topic_id, topic.topic_pid, topic.topic, topic.flags))
        self.hierarchy = Tree((row.topic_id, row.topic_pid, row.topic) for row in rows)
        self._off = {row.topic_id for row in rows if not (row.flags or 0) & TopicFlag.ACTIVE}

    def switched_off_from_above(self) -> list[int]:
        """The topics that a disabled one takes along. A topic right below the top is not: that is osTicket's way.

        Source: people.md 5.1
        """
        ancestors = {topic_id: self.hierarchy.ancestors(topic_id) for topic_id in self.hierarchy.ids}
        return [each for each, above in ancestors.items() if len(above) > 1 and not self._off.isdisjoint(above)]


def visible_topics(principal: Principal, tree: TopicTree) -> ColumnElement[bool]:
    """Users: those they may open tickets with. Agents: the public ones and those of their departments, or all.

    Administrators set topics up, so they see all of them.

    Source: people.md 5.1
    """
    topic = t.help_topic.c
    if not isinstance(principal, Staff):
        return and_(
            topic.ispublic,
            has_flag(topic.flags, TopicFlag.ACTIVE),
            topic.topic_id.not_in(tree.switched_off_from_above()),
        )
    if principal.is_admin or principal.may(GlobalPermission.visibility_departments):
        return true()
    return or_(topic.ispublic, topic.dept_id == None, topic.dept_id.in_(sorted(principal.department_ids)))  # noqa: E711


def visible_statuses(principal: Principal) -> ColumnElement[bool]:
    """Users see statuses that their tickets can have."""
    status = t.ticket_status.c
    if isinstance(principal, Staff):
        return true()
    return and_(status.state.in_(("open", "closed")), has_flag(status.mode, StatusMode.ENABLED))
