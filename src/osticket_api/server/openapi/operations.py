"""One operation of the OpenAPI document."""

from typing import Any, Final

from osticket_api.server.openapi import oauth
from osticket_api.server.openapi.catalogue import Catalogue, query_parameters
from osticket_api.server.openapi.names import name_of
from osticket_api.server.openapi.routes import (
    body_of,
    is_page,
    is_slice,
    places_of,
    returned,
    text_of,
)
from osticket_api.server.openapi.samples import Sampler
from osticket_api.server.openapi.shared import (
    BINARY,
    DRY_RUN_EXAMPLE,
    Schema,
    headers,
    reference,
    status_name,
)
from osticket_api.server.openapi.words import ALSO, BODIES, PLACES, PLAIN_POSTS, STREAMS, UNCONDITIONAL
from osticket_api.web.export import CSV, JSON_LINES
from osticket_api.web.input import MAX_ID
from osticket_api.web.results import Plain, Redirect
from osticket_api.web.route import HandlerRoute

_CREDENTIALS: Final[tuple[Schema, ...]] = ({"bearer": []}, {"cookie": []}, {"client": []}, {"key": []})
_OF_THE_WIRE = {408, 414, 431}
_OF_ALL = {500, 503}
_OF_CALLERS = {403, 404, 429}
_OF_READS = {401, 404, 422}
_OF_WRITES = {400, 401, 404, 409, 412, 413, 422, 423, 501}


class Operation:
    """Describe one method of one route."""

    def __init__(self, route: HandlerRoute, method: str, catalogue: Catalogue) -> None:
        self.route, self.method = route, method
        self.catalogue = catalogue
        self.returns = returned(route)
        self.name = name_of(method, route.path_format, is_list=is_page(self.returns) or is_slice(self.returns))
        self.sampler = Sampler(catalogue.schemas)

    def described(self) -> Schema:
        operation: Schema = {
            "operationId": self.id,
            "summary": self.name.summary,
            "description": text_of(self.route),
            "tags": self.route.tags,
            "parameters": self._parameters(),
            "responses": self._responses(),
            "security": [*([{}] if self.is_for_anyone else []), *_CREDENTIALS],
            "x-access": self.route.access.name,
        }
        if self.route.access.checks_itself:
            operation["security"] = []
        body = self._body()
        return operation if body is None else {**operation, "requestBody": body}

    @property
    def id(self) -> str:
        return self.name.id

    @property
    def is_for_anyone(self) -> bool:
        return "anonymous" in self.route.access.kinds

    @property
    def is_plain(self) -> bool:
        """Whether another standard prescribes what the operation answers."""
        return self.route.handler.wrapper is Plain

    @property
    def writes(self) -> bool:
        return self.method != "GET" and self.id not in PLAIN_POSTS

    def _parameters(self) -> list[Schema]:
        places = [_place(name, kind) for name, kind in places_of(self.route)]
        shared = [reference("parameters", name) for name in self._shared_parameters()]
        return [*places, *query_parameters(self.route), *shared]

    def _shared_parameters(self) -> list[str]:
        if self.method == "GET":
            names = ["IfNoneMatch"] if self._has_tag else []
            return [*names, "Range", "IfRange"] if self.returns is bytes and self.id not in STREAMS else names
        if not self.writes:
            return []
        names = ["DryRun", "IdempotencyKey"] if self._is_repeatable else ["DryRun"]
        return [*names, "IfMatch"] if self._takes_precondition else names

    @property
    def _is_repeatable(self) -> bool:
        return self.method == "POST" and self.writes and self.route.takes_key

    @property
    def _has_tag(self) -> bool:
        if is_slice(self.returns) or self.id in STREAMS:
            return False
        return self.returns is not None and not self.route.path.startswith(("/healthz", "/readyz"))

    @property
    def _takes_precondition(self) -> bool:
        """Whether the operation changes an existing resource and checks `If-Match`."""
        return self.id not in UNCONDITIONAL and ("{" in self.route.path or self.method != "POST")

    def _body(self) -> Schema | None:
        body = body_of(self.route)
        if body is None:
            return BODIES.get(self.id)
        schema = self.catalogue.body(body.model)
        example = self.sampler.request(schema)
        content: Schema = {"application/json": {"schema": schema, "example": example}}
        if body.takes_files:
            content["multipart/form-data"] = {"schema": _form(schema), "encoding": _PAYLOAD}
        return {"required": not body.is_optional, "content": content}

    def _responses(self) -> Schema:
        status = self.route.status_code or 200
        found = {status: self._success(status)}
        if self.writes:
            found[200] = _with_dry_run(found.get(200))
        if self.method == "GET" and self._has_tag:
            found[304] = {
                "description": "The caller's copy is current.",
                "headers": found[200]["headers"],
            }
        if self.returns is bytes and self.id not in STREAMS:
            found[206] = self._success(206)
        found |= {status: {"description": text, "headers": headers()} for status, text in ALSO.get(self.id, {}).items()}
        if self.is_plain:
            found |= {status: reference("responses", status_name(status)) for status in _OF_THE_WIRE} | oauth.refusals()
        else:
            found |= {status: reference("responses", status_name(status)) for status in self._refusals()}
        return {str(status): found[status] for status in sorted(found)}

    def _refusals(self) -> set[int]:
        statuses = _OF_ALL | _OF_THE_WIRE | (_OF_READS if self.method == "GET" else _OF_WRITES)
        if self.route.path.startswith("/api/"):
            statuses = statuses | _OF_CALLERS
        if self._body() is not None:
            statuses = statuses | {415}
        if is_slice(self.returns) or self.id in STREAMS:
            return statuses | {410, 501}
        return statuses | {416, 501} if self.returns is bytes else statuses

    def _success(self, status: int) -> Schema:
        if self.route.handler.wrapper is Redirect:
            return {"description": "Another page.", "headers": headers("Location")}
        if self.returns is None:
            replayed = ["Idempotency-Replayed"] if self._is_repeatable else []
            return {"description": "Done.", "headers": headers(*replayed)}
        if self.id in STREAMS:
            content = {"text/event-stream": {"schema": {"type": "string"}}}
            return {"description": "A stream of events.", "headers": headers(), "content": content}
        if self.returns is bytes:
            ranges = ["Content-Range"] if status == 206 else []
            return {
                "description": "The requested range." if ranges else "The whole content.",
                "headers": headers("ETag", "Accept-Ranges", "Content-Disposition", *ranges),
                "content": {"application/octet-stream": {"schema": BINARY}, "*/*": {"schema": BINARY}},
            }
        schema = self.catalogue.plain(self.returns) if self.is_plain else self.catalogue.answer(self.returns)
        return {
            "description": "Created." if status == 201 else "A page." if is_page(self.returns) else "Done.",
            "headers": headers(*self._headers(status)),
            "content": {
                "application/json": {"schema": schema, "example": self.sampler.answer(schema)},
                **(_FILES if is_page(self.returns) else {}),
            },
        }

    def _headers(self, status: int) -> list[str]:
        names = ["ETag"] if self._has_tag and (self.writes or self.method == "GET") else []
        names += ["Location"] if self.route.location is not None else []
        names += ["Idempotency-Replayed"] if self._is_repeatable else []
        return [*names, "Link"] if is_page(self.returns) else names


_FILES: Final = {
    CSV: {"schema": {"type": "string", "description": "The whole list, with labels, streamed."}},
    JSON_LINES: {"schema": {"type": "string", "description": "The whole list, one item a line, streamed."}},
}
_PAYLOAD = {"payload": {"contentType": "application/json"}}


def _form(schema: Schema) -> Schema:
    return {
        "type": "object",
        "description": "The fields as JSON in `payload`, or one part for each. Every file is an attachment.",
        "properties": {"payload": schema, "attachments": {"type": "array", "items": BINARY}},
    }


def _with_dry_run(success: Schema | None) -> Schema:
    dry_run = reference("schemas", "DryRunEffects")
    if success is None or "content" not in success:
        content = {"application/json": {"schema": dry_run, "example": DRY_RUN_EXAMPLE}}
        return {
            "description": "The effects of the dry run.",
            "headers": headers(),
            "content": content,
        }
    json_content = success["content"]["application/json"]
    content = {"application/json": {**json_content, "schema": {"anyOf": [json_content["schema"], dry_run]}}}
    return {
        **success,
        "description": "Success; or the effects of the dry run.",
        "content": content,
    }


def _place(name: str, annotation: Any) -> Schema:
    """A parameter in the path."""
    is_id = annotation is int
    description, example = PLACES.get(name, (f"The {name.replace('_', ' ')}.", 1))
    example = example if is_id == isinstance(example, int) else 1
    schema = {"type": "integer", "minimum": 1, "maximum": MAX_ID} if is_id else {"type": "string", "minLength": 1}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example if is_id else str(example),
    }
