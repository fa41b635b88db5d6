"""Parse bodies and query strings into pydantic models, or into errors that name every field at fault."""

import asyncio
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar, Final, ParamSpec, TypeVar, cast, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import ClientDisconnect, Request

from osticket_api.errors import BadRequest, Fault, Invalid, TooLarge, UnsupportedMediaType
from osticket_api.kit.suggestions import did_you_mean, shortened
from osticket_api.web.form_body import read_form
from osticket_api.web.json_body import check_texts, parse_json

M = TypeVar("M", bound=BaseModel)
P = ParamSpec("P")
R = TypeVar("R")

MAX_ID = 2**32 - 1


def _no_switch(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("Input should be a valid integer")
    return value


NoSwitch = BeforeValidator(_no_switch)
"""Refuses booleans, which are numbers in Python. Must be the last annotation, or limits are not published."""
Id = Annotated[int, Field(ge=1, le=MAX_ID), NoSwitch]
PathId = int
"""An id in a path. A value that cannot be an id answers 404."""

_AT_ONCE_BYTES = 16 * 1024
"""Longer bodies are parsed and validated outside the event loop."""
_MAX_FAULTS = 100
_IN_JSON = {
    "dict_type": "Input should be an object",
    "list_type": "Input should be an array",
    "model_type": "Input should be an object",
}
"""Replacements for messages in which pydantic names Python types."""
_COUNTED = re.compile(r"(List|Value) should have (at (?:least|most) \d+) (items?) after validation.*")
_OF_TEXT = {"item": "character", "items": "characters"}
"""What pydantic says of lists, and of texts that are measured after they were changed."""


class Input(BaseModel):
    """Base of all bodies: unknown fields are errors."""

    # A model's validator is made when the first body comes, since most servers need few of them: a millisecond or two.
    model_config = ConfigDict(extra="forbid", strict=False, str_strip_whitespace=False, defer_build=True)

    body_limit: ClassVar[int | None] = 1024 * 1024
    """The longest body. None: the limit of the settings, for bodies with files."""
    takes_files: ClassVar[bool] = False
    """Whether the body may be a multipart form with files."""

    _uploads: list[UploadFile] = PrivateAttr(default_factory=list)

    @property
    def uploads(self) -> list[UploadFile]:
        """The files of a multipart request."""
        return self._uploads

    def given(self) -> dict[str, Any]:
        """The fields that the caller sent, including null."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Changes(Input):
    """Base of changes: an absent field is unchanged, null clears a field that is listed as clearable."""

    clearable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*")
    @classmethod
    def _null_clears(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.clearable:
            raise ValueError("cannot be null")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Publish only clearable fields as nullable."""
        schema = handler(core_schema)
        fields = handler.resolve_ref_schema(schema)["properties"]
        fields.update({name: without_null(field) for name, field in fields.items() if name not in cls.clearable})
        return schema


def without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema of a field that may be absent but never null."""
    kept = {key: value for key, value in schema.items() if (key, value) != ("default", None)}
    options = [option for option in kept.pop("anyOf", []) if option != {"type": "null"}]
    return {**kept, **options[0]} if len(options) == 1 else {**kept, **({"anyOf": options} if options else {})}


class Parameters(BaseModel):
    """Base of all query strings: unknown parameters are errors. Frozen, since equal query strings share an instance."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class DryRun(Parameters):
    """Parameters of every route that writes."""

    dry_run: bool = Field(False, description="Only report the effects that the request would have, and change nothing.")


OPTIONAL: Final = "optional"
OptionalBody = Annotated[M, OPTIONAL]
"""A body that may be omitted, which means an empty object."""


async def read_payload(request: Request, model: type[M], *, is_optional: bool = False) -> M:
    """Parse the body as this model. A form is accepted where the model takes files."""
    if _content_type(request) != "multipart/form-data" or not takes_files(model):
        return await _read_json(model, request, is_optional)
    form = await read_form(request)
    size = sum(len(part) for _, part in form.multi_items() if isinstance(part, str))
    return await beside_loop(size, _with_files, model, form)


def takes_files(model: type[BaseModel]) -> bool:
    return issubclass(model, Input) and model.takes_files


def read_query(request: Request, model: type[M]) -> M:
    """Parse the query string as this model. That of a request that writes may also say `dry_run`, for the router."""
    return cast("M", _read_query(model, request.scope["query_string"], request.method in ("GET", "HEAD")))


def is_dry_run(request: Request, *, has_query: bool) -> bool:
    """Whether a request that writes is a dry run. A typing error must not change anything.

    `has_query`: the handler reads other parameters.

    Raises: Invalid for a `dry_run` that is not a boolean, and for unknown parameters.
    """
    if not request.scope["query_string"]:
        return False
    given = _parameters(request.scope["query_string"])
    if has_query:
        given = {name: value for name, value in given.items() if name == "dry_run"}
    return bool(given) and validated(DryRun, given).dry_run


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@lru_cache(maxsize=256)
def _read_query(model: type[BaseModel], text: bytes, only_reads: bool) -> BaseModel:
    return validated(model if only_reads else _of_writes(model), _parameters(text))


@cache
def _of_writes(model: type[BaseModel]) -> type[BaseModel]:
    """The parameters of this model, and `dry_run`."""
    return create_model(model.__name__, __base__=(model, DryRun))


def _parameters(text: bytes) -> dict[str, str]:
    """Parameters of a query string by name. A repeated parameter means the same as a comma list."""
    collected: dict[str, list[str]] = {}
    for name, value in QueryParams(text).multi_items():
        collected.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in collected.items()}


async def read_body(request: Request, limit_bytes: int | None = None) -> bytes:
    """The body, cached with the request.

    Raises: TooLarge, BadRequest when the client disconnects before the end.
    """
    if not hasattr(request.state, "body"):
        try:
            request.state.body = await _collect(request, limit_bytes)
        except ClientDisconnect:
            raise BadRequest.because("The request body ended early.") from None
    body: bytes = request.state.body
    return body


async def _collect(request: Request, limit_bytes: int | None) -> bytes:
    declared = request.headers.get("content-length", "")
    if limit_bytes is not None and declared.isdigit() and int(declared) > limit_bytes:
        raise TooLarge.than(limit_bytes)
    blocks, size = [], 0
    async for block in request.stream():
        blocks.append(block)
        size += len(block)
        if limit_bytes is not None and size > limit_bytes:
            raise TooLarge.than(limit_bytes)
    return b"".join(blocks)


async def _read_json(model: type[M], request: Request, optional: bool) -> M:
    raw = await read_body(request, model.body_limit if issubclass(model, Input) else None)
    if not raw and optional:
        return validated(model, {})
    content_type = _content_type(request)
    if content_type != "application/json" and not content_type.endswith("+json"):
        raise UnsupportedMediaType.because("Send the body as application/json.")
    return await beside_loop(len(raw), _validated_json, model, raw)


async def beside_loop(size: int, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function that only computes: in place for few bytes, else outside the event loop."""
    if size < _AT_ONCE_BYTES:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)


def _validated_json(model: type[M], raw: bytes) -> M:
    """Parse a JSON body as this model. Types are strict: neither `"1"` is a number nor `0` a boolean."""
    raw = raw.removeprefix(BOM_UTF8)
    value = parse_json(raw)
    return _checked(model, value, lambda: model.model_validate_json(raw, strict=True))


def _with_files(model: type[M], form: FormData) -> M:
    """Parse a multipart form: a part `payload` with JSON, or one part per plain field; every file is an attachment."""
    fields = _form_fields(form)
    payload = fields.get("payload")
    result = validated(model, fields) if payload is None else _validated_json(model, payload.encode())
    if isinstance(result, Input):
        files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        result._uploads = [file for file in files if file.filename or file.size]
    return result


def _form_fields(form: FormData) -> dict[str, str]:
    fields = [(name, part) for name, part in form.multi_items() if isinstance(part, str)]
    values = dict(fields)
    if len(values) < len(fields):
        raise BadRequest.because("The form has a field twice.", code="duplicate_key")
    if "payload" not in values:
        check_texts(values)
        return values
    beside = values.keys() - {"payload"}
    if beside:
        raise Invalid(
            *(
                Fault("unknown_field", "In a form with the part payload, all fields belong in that part.", name)
                for name in sorted(beside)
            )
        )
    return values


def validated(model: type[M], value: Any) -> M:
    """Validate a value as this model. In query strings and forms, texts are converted to numbers and booleans.

    Raises: Invalid with one fault for each field that is wrong, BadRequest when a body is not an object.
    """
    return _checked(model, value, lambda: model.model_validate(value))


def _checked(model: type[M], value: Any, validate: Callable[[], M]) -> M:
    if not isinstance(value, Mapping):
        raise BadRequest.because("The body must be a JSON object.", code="malformed_json")
    try:
        return validate()
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)[:_MAX_FAULTS]
    faults: dict[str | None, Fault] = {}
    for problem in problems:
        fault = _fault(model, _location(value, problem), problem)
        faults.setdefault(fault.field, fault)
    raise Invalid(*faults.values())


def _location(value: Any, problem: ErrorDetails) -> tuple[Any, ...]:
    """The path of an error in the body, without the names that pydantic gives to the members of unions."""
    kept: list[Any] = []
    location = problem["loc"]
    for place, part in enumerate(location, 1):
        is_missing = place == len(location) and problem["type"] == "missing"
        if isinstance(value, Mapping) and (part in value or is_missing):
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
    return Fault("invalid", _message(problem), path or None)


def _message(problem: ErrorDetails) -> str:
    """What is wrong, in the words of JSON."""
    message = problem["msg"].removeprefix("Value error, ")
    counted = _COUNTED.fullmatch(message)
    if counted is None:
        return _IN_JSON.get(problem["type"], message)
    what, bound, unit = counted.groups()
    return f"Array should have {bound} {unit}" if what == "List" else f"String should have {bound} {_OF_TEXT[unit]}"


def _known(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """The known fields at a place in the body."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _nested(model.model_fields[part].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _nested(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _nested(part))), None)
