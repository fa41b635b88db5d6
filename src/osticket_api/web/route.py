"""One route of the API: run its handler for a request."""

from collections.abc import Awaitable, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from osticket_api.access.rules import Rule
from osticket_api.db.unit import Write, operation, target
from osticket_api.errors import ApiError, NotFound
from osticket_api.kit.suggestions import shortened
from osticket_api.web import answers
from osticket_api.web.admission import admit
from osticket_api.web.call import Call
from osticket_api.web.export import export, wanted_type
from osticket_api.web.handlers import Handler
from osticket_api.web.hidden_fields import require_not_hidden
from osticket_api.web.idempotency import key_of
from osticket_api.web.input import MAX_ID, Parameters, is_dry_run, read_payload, read_query
from osticket_api.web.paging import Page
from osticket_api.web.refusals import matters, record
from osticket_api.web.results import Plain, Secret
from osticket_api.web.units import conditional, write_once

_ID_DIGITS: Final = len(str(MAX_ID))


class HandlerRoute(Route):
    """A route of one handler. Methods of one route, such as PATCH and PUT, mean the same."""

    def __init__(
        self,
        path: str,
        handler: Handler,
        *,
        methods: Sequence[str],
        access: Rule,
        tag: str,
        status: int,
        location: str | None,
    ) -> None:
        super().__init__(path, self._respond, methods=methods, name=handler.function.__name__)
        self.handler = handler
        self.access = access
        self.tags = [tag]
        self.status_code = status
        self.location = location
        self.takes_key = "POST" in methods and handler.wrapper not in (Plain, Secret)
        self.yields_to: tuple[HandlerRoute, ...] = ()
        self._beginning = path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match no path of a more literal route, for any method."""
        if not scope["path"].startswith(self._beginning, len(scope.get("root_path", ""))):
            return Match.NONE, {}  # Nearly all routes: their patterns are not even tried.
        match, child = super().matches(scope)
        if match is not Match.NONE and any(other.matches(scope)[0] is not Match.NONE for other in self.yields_to):
            return Match.NONE, {}
        return match, child

    async def _respond(self, request: Request) -> Response:
        operation.set(f"{request.method} {self.path}")
        target.set(request.scope["path"])
        try:
            return await self._admitted(request)
        except ApiError as refusal:
            if matters(refusal, request.method, self.access):
                await record(request, refusal)
            raise

    async def _admitted(self, request: Request) -> Response:
        await admit(request, self.access)
        call = Call(request)
        values = await self._values(call)
        if self.handler.unit is None:
            response = self._answer(request, await self.handler.function(**values), values)
            response.headers.update(call.answer_headers)
            for cookie in call.answer_cookies:
                response.headers.append("Set-Cookie", cookie)
            return response
        name, kind = self.handler.unit
        if issubclass(kind, Write):
            return await self._write(call, name, values)
        file_type = wanted_type(request, self.handler)
        if file_type is not None:
            return await self._export(call, name, values, file_type)
        result = await call.database.read_anywhere(lambda unit: self.handler.function(**{name: unit}, **values))
        return self._answer(request, result, values)

    async def _export(self, call: Call, name: str, values: dict[str, Any], file_type: str) -> Response:
        """Answer a list as a file."""
        assert self.handler.query is not None
        query_name = self.handler.query[0]

        def read(query: Parameters) -> Awaitable[Page[Any]]:
            asked = {**values, query_name: query}
            return call.database.read_anywhere(lambda unit: self.handler.function(**{name: unit}, **asked))

        return await export(call.request, self.handler, file_type, values[query_name], read)

    async def _write(self, call: Call, name: str, values: dict[str, Any]) -> Response:
        """Run the handler in one transaction, and encode the response inside the transaction."""

        def work(unit: Write) -> Response:
            result = self.handler.function(**{name: unit}, **values)
            return self._answer(call.request, result, values, unit.warnings)

        held = conditional(call.request, work)
        key = key_of(call.request) if self.takes_key else None
        if is_dry_run(call.request, has_query=self.handler.query is not None):
            return answers.dry_run(call.request, await call.database.dry_run(held, call.principal))
        try:
            return await write_once(call, held, key)
        except ApiError as refusal:
            if refusal.leaves_record:
                await call.database.write(refusal.record)
            raise

    async def _values(self, call: Call) -> dict[str, Any]:
        """The arguments of the handler, without its unit."""
        handler, request = self.handler, call.request
        values: dict[str, Any] = {name: _place(request, name, kind) for name, kind in handler.path.items()}
        if handler.caller:
            values[handler.caller] = call.principal
        if handler.call:
            values[handler.call] = call
        if handler.query:
            name, model = handler.query
            values[name] = read_query(request, model)
            require_not_hidden(call.principal, values[name])
        if handler.body:
            body = handler.body
            values[body.name] = await read_payload(request, body.model, is_optional=body.is_optional)
        for name, prepare, takes in handler.prepared:
            values[name] = await prepare(**{each: call if each == "call" else values[each] for each in takes})
        return values

    def _answer(self, request: Request, result: Any, values: dict[str, Any], warnings: Sequence[str] = ()) -> Response:
        query = values[self.handler.query[0]] if self.handler.query else None
        return answers.answer(request, self.handler, result, query, self.status_code, self.location, warnings)


def _place(request: Request, name: str, kind: type) -> Any:
    """A value in the path. Raises: NotFound for a value that cannot be an id."""
    text: str = request.path_params[name]
    if kind is str:
        return text
    if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS and 0 < int(text) <= MAX_ID:
        return int(text)
    raise NotFound.because(f"There is nothing at {shortened(request.scope['path'])}.")
