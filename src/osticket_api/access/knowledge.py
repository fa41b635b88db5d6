"""Which FAQs, categories and canned responses a caller may read, as SQL.

Source: people.md 5.6 and 5.7.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from osticket_api.access.permissions import Permission
from osticket_api.access.principal import Anonymous, Principal, Staff, User
from osticket_api.db import tables as t
from osticket_api.db.config import load_config
from osticket_api.db.unit import Read
from osticket_api.errors import Forbidden, NotFound, Unauthenticated
from osticket_api.kit.tree import Tree


def reads_knowledge_base(tx: Read, principal: Principal) -> bool:
    """Agents always; everybody else where it is switched on, and only users where it asks to sign in."""
    if isinstance(principal, Staff):
        return True
    config = load_config(tx)
    return config.flag("enable_kb") and (isinstance(principal, User) or not config.flag("restrict_kb"))


def require_knowledge_base(tx: Read, principal: Principal) -> None:
    """Raises: NotFound where it is switched off, Unauthenticated and Forbidden where it is for users only."""
    if reads_knowledge_base(tx, principal):
        return
    if not load_config(tx).flag("enable_kb"):
        raise NotFound.because("The knowledge base is switched off.")
    if isinstance(principal, Anonymous):
        raise Unauthenticated.because("Sign in to read the knowledge base.")
    raise Forbidden.because("The knowledge base is for agents and users.")


def readable_categories(tx: Read, principal: Principal) -> ColumnElement[bool]:
    """Agents read all; everybody else public ones below public ones. osTicket does not look at those above."""
    if isinstance(principal, Staff):
        return true()
    if not reads_knowledge_base(tx, principal):
        return false()
    return t.faq_category.c.category_id.in_(_public_categories(tx))


def readable_faqs(tx: Read, principal: Principal) -> ColumnElement[bool]:
    """Agents read all; everybody else what is published, in a category that they may read."""
    faq = t.faq.c
    if isinstance(principal, Staff):
        return true()
    if not reads_knowledge_base(tx, principal):
        return false()
    return and_(faq.ispublished != 0, faq.category_id.in_(_public_categories(tx)))


def _public_categories(tx: Read) -> Sequence[int]:
    """Read once per unit of work: nobody for whom it matters can change a category."""
    if "public_categories" not in tx.cache:
        tx.cache["public_categories"] = _find_public_categories(tx)
    found: Sequence[int] = tx.cache["public_categories"]
    return found


def _find_public_categories(tx: Read) -> Sequence[int]:
    category = t.faq_category.c
    rows = tx.rows(select(category.category_id, category.category_pid, category.name, category.ispublic))
    tree = Tree((row.category_id, row.category_pid, row.name) for row in rows)
    private = {row.category_id for row in rows if not row.ispublic}
    return [each for each in tree.ids if private.isdisjoint([each, *tree.ancestors(each)])]


def uses_canned_responses(tx: Read) -> bool:
    """Whether the help desk uses canned responses at all."""
    return load_config(tx).flag("enable_premade")


def readable_canned_responses(principal: Principal) -> ColumnElement[bool]:
    """The canned responses of the agent's departments and of all departments; switched off ones only for agents who
    manage canned responses. Administrators see those of every department, even of a deleted one.
    """
    if not isinstance(principal, Staff):
        return false()
    canned = t.canned_response.c
    theirs = or_(canned.dept_id == None, canned.dept_id.in_(sorted(principal.department_ids)))  # noqa: E711
    seen = true() if principal.is_admin else theirs
    return seen if principal.may_anywhere(Permission.canned_manage) else and_(seen, canned.isenabled == 1)
