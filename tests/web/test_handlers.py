"""What a handler may take and give is checked when it is registered, with a sentence that names the handler."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import pytest

from osticket_api.access.principal import Principal, Staff, User
from osticket_api.access.rules import ANYONE, SIGNED_IN, STAFF
from osticket_api.db.unit import Read, Write
from osticket_api.web.call import Call
from osticket_api.web.handlers import Prepared, read_signature
from osticket_api.web.input import Input, OptionalBody, Parameters, PathId
from osticket_api.web.paging import Page
from osticket_api.web.results import Created, Download, Secret
from osticket_api.web.router import Router


class Thing(msgspec.Struct):
    id: int


class ThingCreate(Input):
    name: str


class ThingQuery(Parameters):
    q: str | None = None


async def prepared(call: Call, body: ThingCreate) -> str:
    return body.name


def _everything(
    unit: Write,
    caller: Staff,
    thing: PathId,
    body: OptionalBody[ThingCreate],
    query: ThingQuery,
    call: Call,
    secret: Annotated[str, Prepared(prepared)],
) -> Created[Thing]:
    return Created(Thing(thing))


def test_a_handler_takes_what_its_annotations_say() -> None:
    handler = read_signature(_everything, "/things/{thing}", STAFF)
    assert handler.unit == ("unit", Write)
    assert (handler.caller, handler.call) == ("caller", "call")
    assert handler.path == {"thing": int}
    assert handler.body is not None
    assert (handler.body.model, handler.body.is_optional) == (ThingCreate, True)
    assert handler.query == ("query", ThingQuery)
    assert [(name, takes) for name, _, takes in handler.prepared] == [("secret", ("call", "body"))]
    assert (handler.returns, handler.status) == (Thing, 201)


def _page(unit: Read) -> Page[Thing]: ...  # type: ignore[empty-body]
def _file(unit: Read) -> Download: ...  # type: ignore[empty-body]
def _secret(unit: Write) -> Secret[Thing]: ...  # type: ignore[empty-body]
def _perhaps(unit: Write) -> Thing | None: ...
def _nothing(unit: Write) -> None: ...


@pytest.mark.parametrize(
    ("function", "returns", "status"),
    [
        (_page, Page[Thing], 200),
        (_file, bytes, 200),
        (_secret, Thing, 200),
        (_perhaps, Thing, 200),
        (_nothing, None, 204),
    ],
)
def test_the_annotation_of_what_is_returned_is_what_is_published(
    function: Callable[..., Any], returns: Any, status: int
) -> None:
    handler = read_signature(function, "/things", STAFF)
    assert (handler.returns, handler.status) == (returns, status)


def _plain_parameter(unit: Read, page: int) -> Thing: ...  # type: ignore[empty-body]
def _dependency(unit: Read, value: Annotated[str, prepared]) -> Thing: ...  # type: ignore[empty-body]
def _no_unit() -> Thing: ...  # type: ignore[empty-body]
async def _async_with_unit(unit: Read) -> Thing: ...  # type: ignore[empty-body]
def _silent(unit: Read): ...  # type: ignore[no-untyped-def]
def _two_bodies(unit: Write, body: ThingCreate, other: ThingCreate) -> Thing: ...  # type: ignore[empty-body]
def _users_only(unit: Read, caller: User) -> Thing: ...  # type: ignore[empty-body]
def _from_nowhere(unit: Read, secret: Annotated[str, Prepared(prepared)]) -> Thing: ...  # type: ignore[empty-body]


@pytest.mark.parametrize(
    "function",
    [_plain_parameter, _dependency, _no_unit, _async_with_unit, _silent, _two_bodies, _users_only, _from_nowhere],
)
def test_what_no_request_has_is_refused_at_the_start(function: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match=rf"{function.__name__} cannot handle requests"):
        read_signature(function, "/things", SIGNED_IN)


def test_a_value_of_the_path_must_be_taken() -> None:
    with pytest.raises(TypeError, match="thing"):
        read_signature(_page, "/things/{thing}", STAFF)


def test_the_caller_may_be_anyone_whom_the_rule_lets_in() -> None:
    def handle(unit: Read, caller: Principal) -> Thing: ...  # type: ignore[empty-body]

    assert read_signature(handle, "/things", ANYONE).caller == "caller"


def test_get_does_not_write() -> None:
    with pytest.raises(TypeError, match="must not write"):
        Router(tag="things").get("/things", access=STAFF)(_nothing)


def test_a_location_names_what_is_there() -> None:
    with pytest.raises(TypeError, match="nowhere"):
        Router(tag="things").post("/things", access=STAFF, location="/things/{nowhere}")(_perhaps)
