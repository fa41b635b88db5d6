"""THE list of features. A feature that is not here does not exist."""

from collections.abc import Collection, Iterator, Mapping

from osticket_api.features.api_keys.routes import router as api_keys
from osticket_api.features.audit_log.routes import router as audit_log
from osticket_api.features.auth.passkeys.routes import router as passkeys
from osticket_api.features.auth.routes import router as auth
from osticket_api.features.auth.second_factor.routes import router as second_factor
from osticket_api.features.ban_list.routes import router as ban_list
from osticket_api.features.canned_responses.routes import router as canned_responses
from osticket_api.features.changes.routes import router as changes
from osticket_api.features.departments.routes import router as departments
from osticket_api.features.drafts.routes import router as drafts
from osticket_api.features.email_templates.group_routes import router as email_template_groups
from osticket_api.features.email_templates.routes import router as email_templates
from osticket_api.features.emails.account_routes import router as mail_accounts
from osticket_api.features.emails.routes import router as emails
from osticket_api.features.events.routes import router as events
from osticket_api.features.field_permissions.routes import router as field_permissions
from osticket_api.features.files.routes import router as files
from osticket_api.features.filters.routes import router as filters
from osticket_api.features.forms.routes import router as forms
from osticket_api.features.inbound_mail.routes import router as inbound_mail
from osticket_api.features.knowledge_base.category_routes import router as faq_categories
from osticket_api.features.knowledge_base.routes import router as faqs
from osticket_api.features.lists.routes import router as lists
from osticket_api.features.notes.routes import router as notes
from osticket_api.features.oauth.routes import router as oauth
from osticket_api.features.organizations.routes import router as organizations
from osticket_api.features.outgoing_mails.routes import router as outgoing_mails
from osticket_api.features.pages.routes import router as pages
from osticket_api.features.presence.routes import router as presence
from osticket_api.features.priorities.routes import router as priorities
from osticket_api.features.privacy.routes import router as privacy
from osticket_api.features.queues.routes import router as queues
from osticket_api.features.registration.routes import router as registration
from osticket_api.features.roles.routes import router as roles
from osticket_api.features.schedules.routes import router as schedules
from osticket_api.features.search.routes import router as search
from osticket_api.features.sequences.routes import router as sequences
from osticket_api.features.settings.routes import router as settings
from osticket_api.features.single_sign_on.routes import router as single_sign_on
from osticket_api.features.slas.routes import router as slas
from osticket_api.features.staff.own_routes import router as own_staff
from osticket_api.features.staff.routes import router as staff
from osticket_api.features.stats.routes import router as stats
from osticket_api.features.statuses.routes import router as statuses
from osticket_api.features.stream.routes import router as stream
from osticket_api.features.subtickets.routes import router as subtickets
from osticket_api.features.system.routes import router as system
from osticket_api.features.tasks.collaborator_routes import router as task_collaborators
from osticket_api.features.tasks.routes import router as tasks
from osticket_api.features.teams.routes import router as teams
from osticket_api.features.tickets.action_routes import router as ticket_actions
from osticket_api.features.tickets.collaborator_routes import router as ticket_collaborators
from osticket_api.features.tickets.entry_routes import router as ticket_entries
from osticket_api.features.tickets.relation_routes import router as ticket_relations
from osticket_api.features.tickets.routes import router as tickets
from osticket_api.features.topics.routes import router as topics
from osticket_api.features.user_tickets.routes import router as user_tickets
from osticket_api.features.users.account_routes import router as user_accounts
from osticket_api.features.users.routes import router as users
from osticket_api.features.webhooks.routes import router as webhooks
from osticket_api.legacy.endpoints import Endpoints
from osticket_api.legacy.osticket.routes import endpoints as osticket_endpoints
from osticket_api.legacy.plugin.endpoints import endpoints as plugin_endpoints
from osticket_api.legacy.subtickets.endpoints import endpoints as subticket_endpoints
from osticket_api.web.router import Router

ROOT: tuple[Router, ...] = (system,)
V2: tuple[Router, ...] = (
    tickets,
    ticket_actions,
    presence,
    subtickets,
    ticket_collaborators,
    ticket_entries,
    ticket_relations,
    tasks,
    task_collaborators,
    api_keys,
    auth,
    second_factor,
    passkeys,
    single_sign_on,
    oauth,
    registration,
    audit_log,
    field_permissions,
    ban_list,
    files,
    user_accounts,
    users,
    user_tickets,
    privacy,
    organizations,
    notes,
    canned_responses,
    changes,
    faqs,
    faq_categories,
    topics,
    departments,
    drafts,
    email_templates,
    email_template_groups,
    emails,
    mail_accounts,
    events,
    filters,
    forms,
    inbound_mail,
    lists,
    outgoing_mails,
    pages,
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
    stream,
    teams,
    webhooks,
)
"""Routes are tried in this order: the most frequent first."""
SWITCHED: Mapping[str, tuple[Router, ...]] = {
    "events": (events, changes, stream),
    "webhooks": (webhooks,),
    "inbound_mail": (inbound_mail,),
    "registration": (registration,),
}
"""The features that `FEATURES_<NAME>=off` switches off, with their routers."""
LEGACY: tuple[Endpoints, ...] = (osticket_endpoints, plugin_endpoints, subticket_endpoints)
"""The old endpoints, below `/api`."""


def routers_of(features: Collection[str]) -> Iterator[Router]:
    """The routers of version 2, without those of features that are switched off."""
    off = {router for name, switched in SWITCHED.items() if name not in features for router in switched}
    return (router for router in V2 if router not in off)
