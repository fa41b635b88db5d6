"""Read the parameters and the result of a handler from its signature, when the server starts.

A handler is a plain function. Its parameters: a unit of work (`Read` or `Write`), the caller, the values in the path,
one body (`Input`), one query string (`Parameters`), the `Call`, and values that are `Prepared` before the unit opens.
Its result: a resource, `Created`, `Done`, `Page`, `Slice`, `Secret`, `Plain`, `Redirect`, `Download`, `EventStream`,
or None.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from osticket_api.access.principal import Anonymous, ApiKey, Staff, User
from osticket_api.access.rules import Rule
from osticket_api.db.unit import Read, Write
from osticket_api.web.call import Call
from osticket_api.web.input import OPTIONAL, Input, Parameters, takes_files
from osticket_api.web.paging import Page, Slice
from osticket_api.web.results import Created, Done, Download, EventStream, Plain, Redirect, Secret

_CALLERS: Final = {Staff: "staff", User: "user", ApiKey: "key", Anonymous: "anonymous"}
_WRAPPERS: Final = (Created, Done, Plain, Secret)
_IN_PATH: Final = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Prepared:
    """A value that an asynchronous function computes before the unit of work opens.

    For work that must block neither a transaction nor the event loop, such as hashing a password. The function takes
    the `Call`, and any of the handler's own parameters by name.
    """

    function: Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Body:
    """The body that a handler takes."""

    name: str
    model: type[Input]
    is_optional: bool

    @property
    def takes_files(self) -> bool:
        return takes_files(self.model)


@dataclass(frozen=True)
class Handler:
    """A handler function, and the parameters and result that its signature declares."""

    function: Callable[..., Any]
    unit: tuple[str, type[Read]] | None
    """The name and type of the unit parameter; None for an asynchronous handler, which opens units itself."""
    caller: str | None
    call: str | None
    path: Mapping[str, type]
    """The values in the path: `int` or `str`."""
    body: Body | None
    query: tuple[str, type[Parameters]] | None
    prepared: Sequence[tuple[str, Callable[..., Awaitable[Any]], Sequence[str]]]
    """Prepared values: the parameter, the function, and the names of the function's parameters."""
    returns: Any
    """A type of resource, `Page` of one, `bytes` for a file, or None."""
    wrapper: type | None
    """The wrapper of the resource, such as `Created`; None for a bare resource."""

    @property
    def writes(self) -> bool:
        return self.unit is None or issubclass(self.unit[1], Write)

    @property
    def status(self) -> int:
        """The status code of a success."""
        if self.wrapper is Redirect:
            return 302
        return 201 if self.wrapper is Created else 204 if self.returns is None else 200


def read_signature(function: Callable[..., Any], path: str, access: Rule) -> Handler:
    """Read a handler's signature. Raises: TypeError when parameters or result do not fit the path and the rule."""
    hints = get_type_hints(function, include_extras=True)
    if "return" not in hints:
        raise _wrong(function, "it does not say what it returns")
    returns, wrapper = _returned(hints.pop("return"))
    found: dict[str, Any] = {"unit": None, "caller": None, "call": None, "body": None, "query": None}
    places: dict[str, type] = {}
    prepared: list[tuple[str, Callable[..., Awaitable[Any]], Sequence[str]]] = []
    for name in inspect.signature(function).parameters:
        kind, value = _parameter(function, name, hints[name], _IN_PATH.findall(path))
        if kind == "path":
            places[name] = value
        elif kind == "prepared":
            prepared.append((name, value, tuple(inspect.signature(value).parameters)))
        elif found[kind] is not None:
            raise _wrong(function, f"it takes two of a kind: {name}")
        else:
            found[kind] = value
    handler = Handler(
        function, **{**found, "caller": found["caller"] and found["caller"][0]},
        path=places, prepared=prepared, returns=returns, wrapper=wrapper,
    )  # fmt: skip
    _check(handler, path, found["caller"], access)
    return handler


def _parameter(function: Callable[..., Any], name: str, hint: Any, places: Sequence[str]) -> tuple[str, Any]:
    """The kind of a parameter, and its details."""
    hint, marks = _unwrapped(hint)
    for mark in marks:
        if isinstance(mark, Prepared):
            return "prepared", mark.function
    if name in places and hint in (int, str):
        return "path", hint
    if hint is Call:
        return "call", name
    if _kinds(hint):
        return "caller", (name, _kinds(hint))
    if _is_class(hint, Input):
        return "body", Body(name, hint, OPTIONAL in marks)
    for kind, base in (("unit", Read), ("query", Parameters)):
        if _is_class(hint, base):
            return kind, (name, hint)
    raise _wrong(function, f"{name}: {hint} is not a unit, the caller, the call, a part of the path, a body or a query")


def _unwrapped(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The bare type of an annotation, and its metadata."""
    if get_origin(hint) is not Annotated:
        return hint, ()
    bare, *marks = get_args(hint)
    return bare, tuple(marks)


def _is_class(hint: Any, base: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, base)


def _kinds(hint: Any) -> frozenset[str]:
    """The kinds of callers that an annotation allows; none when the annotation is not a caller."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return frozenset(_CALLERS[each] for each in options) if all(each in _CALLERS for each in options) else frozenset()


def _returned(hint: Any) -> tuple[Any, type | None]:
    """The type of the resource, and its wrapper."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = [each for each in get_args(hint) if each is not type(None)]
    origin = get_origin(hint)
    if origin in _WRAPPERS:
        return get_args(hint)[0], origin
    if hint is Redirect:
        return None, hint
    if hint in (Download, EventStream):
        return bytes, hint
    return (None if hint is type(None) else hint), None


def _check(handler: Handler, path: str, caller: tuple[str, frozenset[str]] | None, access: Rule) -> None:
    function = handler.function
    if inspect.iscoroutinefunction(function) == (handler.unit is not None):
        raise _wrong(function, "a plain function takes a unit of work, an asynchronous one takes none")
    missing = set(_IN_PATH.findall(path)) - handler.path.keys()
    if missing:
        raise _wrong(function, f"it does not take {', '.join(sorted(missing))} of its path")
    if caller is not None and not access.kinds <= caller[1]:
        raise _wrong(function, f"its rule lets in more kinds of callers than its {caller[0]} can be")
    available = {"call", *inspect.signature(function).parameters} - {handler.unit and handler.unit[0]}
    for name, _, takes in handler.prepared:
        if not set(takes) <= available - {name}:
            raise _wrong(function, f"{name} is prepared from what the handler does not take")


def check_location(handler: Handler, location: str | None) -> None:
    """Raises: TypeError for a location that names neither a value in the path nor a field of the resource."""
    fields = getattr(handler.returns, "__struct_fields__", ())
    unknown = set(_IN_PATH.findall(location or "")) - {*handler.path, *fields}
    if unknown:
        raise _wrong(handler.function, f"its location names {', '.join(sorted(unknown))}")


def _wrong(function: Callable[..., Any], what: str) -> TypeError:
    return TypeError(f"{function.__module__}.{function.__name__} cannot handle requests: {what}.")


def is_page(returns: Any) -> bool:
    return get_origin(returns) is Page


def is_slice(returns: Any) -> bool:
    return get_origin(returns) is Slice


def item_of(returns: Any) -> Any:
    """The type of the resource itself; for a page or a slice, of its items."""
    return get_args(returns)[0] if is_page(returns) or is_slice(returns) else returns
