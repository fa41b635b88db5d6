"""Public interface of users for the rest of the application."""

from osticket_api.features.users.changing import get_for_update
from osticket_api.features.users.queries import list_directory, list_users
from osticket_api.features.users.requests import DeleteQuery, DetailQuery, Password, PersonName, Username, UserQuery
from osticket_api.features.users.responses import TicketCounts, UserDetail, UserSummary
from osticket_api.features.users.service import (
    KnownUser,
    create_user,
    find_named_user,
    find_user,
    membership,
    organization_of,
)
from osticket_api.features.users.service.accounts import cancel_tokens, end_sessions
from osticket_api.features.users.service.answers import save_answers
from osticket_api.features.users.service.delete import delete_user
from osticket_api.features.users.service.passwords import LEAST_BYTES, MOST_BYTES
from osticket_api.features.users.service.state import UserState, get_user, missing
from osticket_api.features.users.service.ticket_counts import count_tickets

__all__ = [
    "LEAST_BYTES",
    "MOST_BYTES",
    "DeleteQuery",
    "DetailQuery",
    "KnownUser",
    "Password",
    "PersonName",
    "TicketCounts",
    "UserDetail",
    "UserQuery",
    "UserState",
    "UserSummary",
    "Username",
    "cancel_tokens",
    "count_tickets",
    "create_user",
    "delete_user",
    "end_sessions",
    "find_named_user",
    "find_user",
    "get_for_update",
    "get_user",
    "list_directory",
    "list_users",
    "membership",
    "missing",
    "organization_of",
    "save_answers",
]
