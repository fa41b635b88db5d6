"""Input as the caller sent it, made into a pydantic model, or into errors that name every field at fault."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from fastapi import Depends, Path
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import ClientDisconnect, Request

from osticket_api.errors import BadRequest, Fault, Invalid, UnsupportedMediaType
from osticket_api.kit.nearest import did_you_mean, shortened
from osticket_api.web.form_body import read_form
from osticket_api.web.json_body import check_texts, parse_json

M = TypeVar("M", bound=BaseModel)

MAX_ID = 2**32 - 1


def _no_switch(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("Input should be a valid integer")
    return value


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("An id has digits only.")
    return value


NoSwitch = BeforeValidator(_no_switch)
"""For numbers: a boolean is none, though Python takes it for one. The last in the list, or limits are not published."""
Id = Annotated[int, Field(ge=1, le=MAX_ID), NoSwitch]
PathId = Annotated[int, Path(ge=1, le=MAX_ID), BeforeValidator(_digits)]
"""An id as part of a path. What cannot be one names nothing: 404."""

_AT_ONCE_BYTES = 256 * 1024
"""A longer body is parsed beside the event loop, not in it."""
_MAX_FAULTS = 100
_IN_JSON = {
    "dict_type": "Input should be an object",
    "list_type": "Input should be an array",
    "model_type": "Input should be an object",
}
"""Where pydantic speaks of Python."""


class Input(BaseModel):
    """Base of all bodies: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", strict=False, str_strip_whitespace=False)

    _uploads: list[UploadFile] = PrivateAttr(default_factory=list)

    @property
    def uploads(self) -> list[UploadFile]:
        """The files that came along in a multipart request."""
        return self._uploads

    def given(self) -> dict[str, Any]:
        """Only what the caller sent, null included."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Changes(Input):
    """Base of what changes a thing: absent stays, null clears the fields that are named as clearable."""

    clearable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*")
    @classmethod
    def _null_clears(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.clearable:
            raise ValueError("cannot be null")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Only what can be cleared is published as what may be null."""
        schema = handler(core_schema)
        fields = handler.resolve_ref_schema(schema)["properties"]
        fields.update({name: without_null(field) for name, field in fields.items() if name not in cls.clearable})
        return schema


def without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema of what can be absent but is never null."""
    kept = {key: value for key, value in schema.items() if (key, value) != ("default", None)}
    options = [option for option in kept.pop("anyOf", []) if option != {"type": "null"}]
    return {**kept, **options[0]} if len(options) == 1 else {**kept, **({"anyOf": options} if options else {})}


class Parameters(BaseModel):
    """Base of all query strings: unknown parameters are errors. Frozen, since requests that ask alike share one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rehearsal(Parameters):
    """What every route that writes takes."""

    dry_run: bool = Field(False, description="Tell what would happen, and leave everything as it was.")


def payload(model: type[BaseModel], *, multipart: bool = False, optional: bool = False) -> Any:
    """A dependency that reads the body as this model. `optional`: no body at all is an empty object."""

    async def reader(request: Request) -> BaseModel:
        return validated(model, await _read_json(request, _content_type(request), optional))

    async def form_reader(request: Request) -> AsyncIterator[BaseModel]:
        """The files of a form are open as long as the request is being answered."""
        if _content_type(request) != "multipart/form-data":
            yield await reader(request)
            return
        form = await read_form(request)
        try:
            yield _with_files(model, form)
        finally:
            await form.close()

    chosen: Any = form_reader if multipart else reader
    chosen.__dict__.update(body_model=model, multipart=multipart, body_optional=optional)
    return Depends(chosen)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def query(model: type[BaseModel]) -> Any:
    """A dependency that reads the query string as this model."""

    async def reader(request: Request) -> BaseModel:
        request.state.has_query = True
        return _read_query(model, request.scope["query_string"], request.method in ("GET", "HEAD"))

    reader.__dict__.update(query_model=model)
    return Depends(reader)


@lru_cache(maxsize=256)
def _read_query(model: type[BaseModel], text: bytes, only_reads: bool) -> BaseModel:
    given = _parameters(text)
    if not only_reads:
        given.pop("dry_run", None)
    return validated(model, given)


def is_rehearsal(request: Request) -> bool:
    """Whether a request that writes is only a dry run. Whoever means one must not change anything by a slip of the pen.

    Raises: Invalid for a `dry_run` that is no boolean, and for parameters that nobody reads.
    """
    given = _parameters(request.scope["query_string"])
    if hasattr(request.state, "has_query"):
        given = {name: value for name, value in given.items() if name == "dry_run"}
    return bool(given) and validated(Rehearsal, given).dry_run


def _parameters(text: bytes) -> dict[str, str]:
    """Parameters of a query string by name. One given several times means the same as a comma list."""
    collected: dict[str, list[str]] = {}
    for name, value in QueryParams(text).multi_items():
        collected.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in collected.items()}


async def read_body(request: Request) -> bytes:
    """Raises: BadRequest when the client goes away halfway."""
    try:
        return await request.body()
    except ClientDisconnect:
        raise BadRequest.because("The request body ended early.") from None


async def _read_json(request: Request, content_type: str, optional: bool) -> Any:
    raw = await read_body(request)
    if not raw and optional:
        return {}
    if content_type != "application/json" and not content_type.endswith("+json"):
        raise UnsupportedMediaType.because("Send the body as application/json.")
    return parse_json(raw) if len(raw) < _AT_ONCE_BYTES else await asyncio.to_thread(parse_json, raw)


def _with_files(model: type[M], form: FormData) -> M:
    """A multipart form: a part `payload` with JSON, or one part per plain field; every file is an attachment."""
    result = validated(model, _form_fields(form))
    if isinstance(result, Input):
        files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        result._uploads = [file for file in files if file.filename or file.size]
    return result


def _form_fields(form: FormData) -> Any:
    fields = [(name, part) for name, part in form.multi_items() if isinstance(part, str)]
    values = dict(fields)
    if len(values) < len(fields):
        raise BadRequest.because("A field of the form is there twice.", code="duplicate_key")
    if "payload" not in values:
        check_texts(values)
        return values
    beside = values.keys() - {"payload"}
    if beside:
        raise Invalid(*(Fault("unknown_field", "All fields belong into payload.", name) for name in sorted(beside)))
    return parse_json(values["payload"].encode())


def validated(model: type[M], value: Any) -> M:
    """The value as this model.

    Raises: Invalid with one fault for each field that is wrong, BadRequest when a body is no object.
    """
    if not isinstance(value, Mapping):
        raise BadRequest.because("The body must be a JSON object.", code="malformed_json")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)[:_MAX_FAULTS]
    faults: dict[str | None, Fault] = {}
    for problem in problems:
        fault = _fault(model, _location(value, problem["loc"]), problem)
        faults.setdefault(fault.field, fault)
    raise Invalid(*faults.values())


def _location(value: Any, location: tuple[Any, ...]) -> tuple[Any, ...]:
    """Where in the body something is wrong, without the names that pydantic gives to the members of unions."""
    kept: list[Any] = []
    for place, part in enumerate(location, 1):
        is_last = place == len(location)
        if isinstance(value, Mapping) and (part in value or is_last):
            kept.append(part)
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            kept.append(part)
            value = value[part]
    return tuple(kept)


def _fault(model: type[BaseModel], location: tuple[Any, ...], problem: ErrorDetails) -> Fault:
    path = ".".join(shortened(str(part)) for part in location)
    if problem["type"] == "extra_forbidden":
        name = str(location[-1])
        what = "parameter" if issubclass(model, Parameters) else "field"
        hint = did_you_mean(name, _known(model, location[:-1]))
        return Fault(f"unknown_{what}", f"{shortened(name)} is unknown.{hint}", path)
    if problem["type"] == "missing":
        return Fault("required", f"{path} is required.", path)
    message = _IN_JSON.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    return Fault("invalid", message, path or None)


def _known(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """The fields known at a place in the body."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _nested(model.model_fields[part].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _nested(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _nested(part))), None)
