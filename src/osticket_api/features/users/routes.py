"""Users over HTTP."""

from osticket_api.access.gate import admit_visitor
from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.rules import FETCHES_FILES_OF_PEOPLE, PORTAL, SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.forms.api import FormSchema, schema_of_new
from osticket_api.features.users.changing import get_for_update
from osticket_api.features.users.queries import INCLUDES, get_form, get_user, list_directory, open_answer_file
from osticket_api.features.users.requests import DetailQuery, EmailAdd, UserCreate, UserQuery, UserUpdate
from osticket_api.features.users.responses import UserDetail, UserSummary
from osticket_api.features.users.service.addresses import add_address, remove_address
from osticket_api.features.users.service.create import add_user
from osticket_api.features.users.service.edit import edit_user
from osticket_api.web.fields import included
from osticket_api.web.file_urls import SignatureQuery, Urls
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Download
from osticket_api.web.router import Router

router = Router(tag="users", prefix="/users")


@router.get("", access=STAFF)
def get_users(unit: Read, caller: Staff, query: UserQuery) -> Page[UserSummary]:
    """The directory of users, filtered, sorted, page by page."""
    return list_directory(unit, caller, query)


@router.post("", access=STAFF)
def post_user(unit: Write, caller: Staff, body: UserCreate) -> Created[UserDetail]:
    """Add a user. Without an organization they join the one that owns the domain of their address."""
    user_id = add_user(
        unit,
        caller,
        email=body.email,
        name=body.name,
        answers=body.answers(),
        organization_id=body.organization,
    )
    return Created(get_user(unit, caller, user_id))


@router.get("/form", access=PORTAL)
def get_new_user_form(unit: Read, caller: Principal) -> FormSchema:
    """What a new user asks the caller, as JSON Schema: agents, when they add one, everybody else when they register.

    Choices, requirements, order. All but `email` and `name` goes into `custom_fields`.
    """
    admit_visitor(unit, caller)
    return schema_of_new(unit, caller, "U")


@router.get("/{user}", access=SIGNED_IN)
def get_user_detail(unit: Read, caller: Staff | User, user: PathId, query: DetailQuery, urls: Urls) -> UserDetail:
    """A user. Users see themselves, and primary contacts the members of their organization."""
    return get_user(unit, caller, user, urls, include=included(query.include, INCLUDES))


@router.get("/{user}/form", access=STAFF)
def get_user_form(unit: Read, caller: Staff, user: PathId) -> FormSchema:
    """What can be changed in the answers of a user, as JSON Schema."""
    return get_form(unit, caller, user)


@router.get("/{user}/files/{file}", access=FETCHES_FILES_OF_PEOPLE)
def get_user_answer_file(
    unit: Read, caller: Staff | User, user: PathId, file: PathId, query: SignatureQuery
) -> Download:
    """A file in one of the user's custom fields, whole or in ranges."""
    return open_answer_file(unit, caller, user, file)


@router.patch("/{user}", access=STAFF)
def update_user(unit: Write, caller: Staff, user: PathId, body: UserUpdate) -> UserDetail:
    """Change a user. A new `email` replaces the default address; one that the user has already becomes the default."""
    edit_user(unit, caller, get_for_update(unit, caller, user), body.changes(), body.answers())
    return get_user(unit, caller, user)


@router.post("/{user}/emails", access=STAFF, location="/users/{user}")
def post_email(unit: Write, caller: Staff, user: PathId, body: EmailAdd) -> Created[UserDetail]:
    """Give a user one more address. Mail from each of the addresses counts as the user's."""
    add_address(unit, caller, get_for_update(unit, caller, user), body.email, body.is_default)
    return Created(get_user(unit, caller, user))


@router.delete("/{user}/emails/{email}", access=STAFF)
def delete_email(unit: Write, caller: Staff, user: PathId, email: PathId) -> None:
    """Remove an address from a user. The default address cannot be removed."""
    remove_address(unit, caller, get_for_update(unit, caller, user), email)
