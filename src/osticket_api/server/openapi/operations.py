"""One operation of the description."""

import re
from typing import Any

from fastapi.routing import APIRoute

from osticket_api.server.openapi.catalogue import Catalogue, query_parameters
from osticket_api.server.openapi.routes import access_of, body_reader, is_page, returned
from osticket_api.server.openapi.samples import Sampler
from osticket_api.server.openapi.shared import REHEARSED, Schema, headers, reference, status_name
from osticket_api.server.openapi.words import ALSO, BODIES, MOVING, PLACES, PLAIN_POSTS, SECRETS, UNCONDITIONAL
from osticket_api.web.input import MAX_ID

_OF_ALL = {500, 503}
_OF_SIGNED_IN = {403, 404, 429}
_OF_READS = {401, 404, 422}
_OF_WRITES = {400, 401, 404, 409, 412, 413, 422, 423, 501}
_BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}


class Operation:
    """What one method of one route does."""

    def __init__(self, route: APIRoute, method: str, catalogue: Catalogue) -> None:
        self.route, self.method = route, method
        self.catalogue = catalogue
        self.returns = returned(route)
        self.sampler = Sampler(catalogue.schemas)

    def described(self) -> Schema:
        text = " ".join((self.route.endpoint.__doc__ or "").split())
        summary = re.split(r"(?<=[.:])\s", text, maxsplit=1)[0].rstrip(".:")
        operation: Schema = {
            "operationId": self.id,
            "summary": summary,
            "description": text,
            "tags": self.route.tags,
            "parameters": self._parameters(),
            "responses": self._responses(),
            "security": [*([{}] if self.is_for_anyone else []), {"bearer": []}, {"key": []}],
            "x-access": access_of(self.route),
        }
        body = self._body()
        return operation if body is None else {**operation, "requestBody": body}

    @property
    def id(self) -> str:
        name = self.route.name.removesuffix("_route")
        both = len(self.route.methods or ()) > 1 and self.method == "PUT"
        return f"put_{name.removeprefix('put_')}" if both else name

    @property
    def is_for_anyone(self) -> bool:
        return access_of(self.route) == "anyone"

    @property
    def writes(self) -> bool:
        return self.method != "GET" and self.id not in PLAIN_POSTS

    def _parameters(self) -> list[Schema]:
        places = [_place(field.alias, field.field_info.annotation) for field in self.route.dependant.path_params]
        shared = [reference("parameters", name) for name in self._shared_parameters()]
        return [*places, *query_parameters(self.route), *shared]

    def _shared_parameters(self) -> list[str]:
        if self.method == "GET":
            names = ["IfNoneMatch"] if self._has_tag else []
            return [*names, "Range", "IfRange"] if self.returns is bytes else names
        if not self.writes:
            return []
        names = ["DryRun", "IdempotencyKey"] if self._is_repeatable else ["DryRun"]
        return [*names, "IfMatch"] if self._takes_precondition else names

    @property
    def _is_repeatable(self) -> bool:
        return self.method == "POST" and self.writes and self.id not in SECRETS

    @property
    def _has_tag(self) -> bool:
        return self.returns is not None and not self.route.path.startswith(("/healthz", "/readyz"))

    @property
    def _takes_precondition(self) -> bool:
        """What is done to a thing that is there, unless it is done whatever its state."""
        return self.id not in UNCONDITIONAL and ("{" in self.route.path or self.method != "POST")

    def _body(self) -> Schema | None:
        reader = body_reader(self.route)
        if reader is None:
            return BODIES.get(self.id)
        schema = self.catalogue.body(reader.body_model)
        example = self.sampler.request(schema)
        content: Schema = {"application/json": {"schema": schema, "example": example}}
        if reader.multipart:
            content["multipart/form-data"] = {"schema": _form(schema), "encoding": _PAYLOAD}
        return {"required": not reader.body_optional, "content": content}

    def _responses(self) -> Schema:
        status = self.route.status_code or 200
        found = {status: self._success(status)}
        if self.writes:
            found[200] = _with_rehearsal(found.get(200))
        if self.method == "GET" and self._has_tag:
            found[304] = {"description": "It is as the caller knows it.", "headers": found[200]["headers"]}
        if self.returns is bytes:
            found[206] = self._success(206)
        found |= {status: {"description": text, "headers": headers()} for status, text in ALSO.get(self.id, {}).items()}
        found |= {status: reference("responses", status_name(status)) for status in self._refusals()}
        return {str(status): found[status] for status in sorted(found)}

    def _refusals(self) -> set[int]:
        statuses = _OF_ALL | (_OF_READS if self.method == "GET" else _OF_WRITES)
        if not self.is_for_anyone or self.method != "GET":
            statuses = statuses | _OF_SIGNED_IN
        if self._body() is not None:
            statuses = statuses | {415}
        return statuses | {416, 501} if self.returns is bytes else statuses

    def _success(self, status: int) -> Schema:
        if self.returns is None:
            return {"description": "Done.", "headers": headers()}
        if self.returns is bytes:
            ranges = ["Content-Range"] if status == 206 else []
            return {
                "description": "The part that was asked for." if ranges else "The whole content.",
                "headers": headers("ETag", "Accept-Ranges", "Content-Disposition", *ranges),
                "content": {"*/*": {"schema": _BINARY}},
            }
        schema = self._envelope()
        return {
            "description": "It is made." if status == 201 else "A page." if is_page(self.returns) else "Done.",
            "headers": headers(*self._headers(status)),
            "content": {"application/json": {"schema": schema, "example": self.sampler.answer(schema)}},
        }

    def _headers(self, status: int) -> list[str]:
        names = ["ETag"] if self._has_tag and (self.writes or self.method == "GET") else []
        names += ["Location"] if status == 201 or self.id in MOVING else []
        names += ["Idempotency-Replayed"] if self._is_repeatable else []
        return [*names, "Link"] if is_page(self.returns) else names

    def _envelope(self) -> Schema:
        item, many = self.catalogue.answer(self.returns), is_page(self.returns)
        return {
            "type": "object",
            "required": ["success", "data", "meta", "errors"],
            "properties": {
                "success": {"const": True},
                "data": {"type": "array", "items": item} if many else item,
                "meta": reference("schemas", "PageMeta" if many else "Meta"),
                "errors": {"type": "array", "maxItems": 0},
            },
        }


_PAYLOAD = {"payload": {"contentType": "application/json"}}


def _form(schema: Schema) -> Schema:
    return {
        "type": "object",
        "description": "The fields as JSON in `payload`, or one part for each. Every file is an attachment.",
        "properties": {"payload": schema, "attachments": {"type": "array", "items": _BINARY}},
    }


def _with_rehearsal(success: Schema | None) -> Schema:
    rehearsed = reference("schemas", "Rehearsed")
    if success is None or "content" not in success:
        content = {"application/json": {"schema": rehearsed, "example": REHEARSED}}
        return {"description": "The dry run: nothing has happened.", "headers": headers(), "content": content}
    told = success["content"]["application/json"]
    content = {"application/json": {**told, "schema": {"anyOf": [told["schema"], rehearsed]}}}
    return {**success, "description": "Done; or the dry run, and nothing has happened.", "content": content}


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
