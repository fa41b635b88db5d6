"""THE list of features. A feature that is not here does not exist."""

from typing import Protocol

from fastapi import FastAPI

from osticket_api.features.apikeys.routes import router as api_keys
from osticket_api.features.auth.routes import router as auth
from osticket_api.features.ban_list.routes import router as ban_list
from osticket_api.features.canned.routes import router as canned_responses
from osticket_api.features.collaborators.routes import router as collaborators
from osticket_api.features.departments.routes import router as departments
from osticket_api.features.emails.routes import router as emails
from osticket_api.features.faq.category_routes import router as faq_categories
from osticket_api.features.faq.routes import router as faqs
from osticket_api.features.files.routes import router as files
from osticket_api.features.forms.routes import router as forms
from osticket_api.features.lists.routes import router as lists
from osticket_api.features.notes.routes import router as notes
from osticket_api.features.organizations.routes import router as organizations
from osticket_api.features.priorities.routes import router as priorities
from osticket_api.features.queues.routes import router as queues
from osticket_api.features.roles.routes import router as roles
from osticket_api.features.schedules.routes import router as schedules
from osticket_api.features.search.routes import router as search
from osticket_api.features.sequences.routes import router as sequences
from osticket_api.features.settings.routes import router as settings
from osticket_api.features.slas.routes import router as slas
from osticket_api.features.staff.own_routes import router as own_staff
from osticket_api.features.staff.routes import router as staff
from osticket_api.features.stats.routes import router as stats
from osticket_api.features.statuses.routes import router as statuses
from osticket_api.features.subtickets.routes import router as subtickets
from osticket_api.features.system.routes import router as system
from osticket_api.features.tasks.collaborator_routes import router as task_collaborators
from osticket_api.features.tasks.routes import router as tasks
from osticket_api.features.teams.routes import router as teams
from osticket_api.features.tickets.action_routes import router as ticket_actions
from osticket_api.features.tickets.entry_routes import router as ticket_entries
from osticket_api.features.tickets.relation_routes import router as ticket_relations
from osticket_api.features.tickets.routes import router as tickets
from osticket_api.features.topics.routes import router as topics
from osticket_api.features.users.account_routes import router as user_accounts
from osticket_api.features.users.routes import router as users
from osticket_api.legacy.core.routes import doors as old_doors
from osticket_api.legacy.plugin.doors import doors as plugin_doors
from osticket_api.legacy.subtickets.doors import doors as subticket_doors
from osticket_api.web.router import Router


class Installed(Protocol):
    """What can add its routes to the application."""

    def install(self, app: FastAPI, prefix: str = "") -> None: ...


ROOT: tuple[Router, ...] = (system,)
V2: tuple[Router, ...] = (
    tickets,
    ticket_actions,
    subtickets,
    collaborators,
    ticket_entries,
    ticket_relations,
    tasks,
    task_collaborators,
    api_keys,
    auth,
    ban_list,
    files,
    user_accounts,
    users,
    organizations,
    notes,
    canned_responses,
    faqs,
    faq_categories,
    topics,
    departments,
    emails,
    forms,
    lists,
    priorities,
    queues,
    roles,
    search,
    schedules,
    sequences,
    settings,
    slas,
    own_staff,
    staff,
    stats,
    statuses,
    teams,
)
"""Routes are tried in this order: what is asked for most stands first."""
LEGACY: tuple[Installed, ...] = (old_doors, plugin_doors, subticket_doors)
"""The old doors, below `/api`."""
