"""SLA plans over HTTP."""

from osticket_api.access.principal import Staff
from osticket_api.access.rules import ADMINISTRATOR, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.features.slas.queries import get_sla, list_slas
from osticket_api.features.slas.requests import SlaCreate, SlaUpdate
from osticket_api.features.slas.responses import Sla
from osticket_api.features.slas.service import SLAS, add_sla, delete_sla, edit_sla
from osticket_api.query.small_lists import SwitchedQuery
from osticket_api.web.input import PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created
from osticket_api.web.router import Router

router = Router(tag="slas", prefix="/slas")


@router.get("", access=STAFF)
def get_slas(unit: Read, caller: Staff, query: SwitchedQuery) -> Page[Sla]:
    """The SLA plans."""
    return list_slas(unit, caller, query)


@router.get("/{sla}", access=STAFF)
def get_sla_detail(unit: Read, caller: Staff, sla: PathId) -> Sla:
    """An SLA plan."""
    return get_sla(unit, caller, sla)


@router.post("", access=ADMINISTRATOR)
def post_sla(unit: Write, caller: Staff, body: SlaCreate) -> Created[Sla]:
    """Add an SLA plan."""
    sla_id = add_sla(unit, caller, body.given())
    return Created(SLAS.get(unit, caller, sla_id))


@router.patch("/{sla}", access=ADMINISTRATOR)
def update_sla(unit: Write, caller: Staff, sla: PathId, body: SlaUpdate) -> Sla:
    """Change an SLA plan. The due times of its tickets stay until a ticket is reopened or edited."""
    edit_sla(unit, caller, SLAS.get_for_update(unit, caller, sla), body.given())
    return SLAS.get(unit, caller, sla)


@router.delete("/{sla}", access=ADMINISTRATOR)
def delete_sla_route(unit: Write, caller: Staff, sla: PathId) -> None:
    """Delete an SLA plan: its tickets get the default plan. The default plan itself cannot be deleted."""
    delete_sla(unit, caller, SLAS.get_for_update(unit, caller, sla))
    SLAS.note_deleted(unit, sla)
