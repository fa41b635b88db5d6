"""Input as the caller sent it, made into a pydantic model, or into errors that name every field at fault."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeVar, get_args

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request

from osticket_api.errors import BadRequest, Fault, Invalid, UnsupportedMediaType
from osticket_api.kit.nearest import did_you_mean

M = TypeVar("M", bound=BaseModel)

MAX_ID = 2**32 - 1
Id = Annotated[int, Field(ge=1, le=MAX_ID)]

_MAX_DEPTH = 32
_MAX_FORM_FILES = 50


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


class Parameters(BaseModel):
    """Base of all query strings: unknown parameters are errors."""

    model_config = ConfigDict(extra="forbid")


def payload(model: type[BaseModel], *, multipart: bool = False, optional: bool = False) -> Any:
    """A dependency that reads the body as this model. `optional`: no body at all is an empty object."""

    async def reader(request: Request) -> BaseModel:
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if multipart and content_type == "multipart/form-data":
            return await _read_form(request, model)
        return validated(model, await _read_json(request, content_type, optional))

    reader.__dict__.update(body_model=model, multipart=multipart, body_optional=optional)
    return Depends(reader)


def query(model: type[BaseModel]) -> Any:
    """A dependency that reads the query string as this model."""

    async def reader(request: Request) -> BaseModel:
        return validated(model, _parameters(request))

    reader.__dict__.update(query_model=model)
    return Depends(reader)


def _parameters(request: Request) -> dict[str, str]:
    """Parameters by name. One given several times means the same as a comma list."""
    collected: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
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
    return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """Strict JSON: no duplicate keys, no NaN, bounded depth.

    Raises: BadRequest saying where it goes wrong.
    """
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise BadRequest.because("The body is not UTF-8.", code="malformed_json") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadRequest.because(f"The body is not JSON: {error.msg} at {where}.", code="malformed_json") from None
    except RecursionError:
        _too_deep()
    _check_depth(value, 0)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadRequest.because(f"The key {twice} stands twice in the body.", field=twice, code="duplicate_key")
    return result


def _no_constant(name: str) -> NoReturn:
    raise BadRequest.because(f"{name} is not a JSON number.", code="malformed_json")


def _check_depth(value: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        _too_deep()
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        _check_depth(child, depth + 1)


def _too_deep() -> NoReturn:
    raise BadRequest.because(f"The body is nested deeper than {_MAX_DEPTH} levels.", code="too_deep")


async def _read_form(request: Request, model: type[M]) -> M:
    """A multipart form: a part `payload` with JSON, or one part per plain field; every file is an attachment."""
    try:
        form = await request.form(max_files=_MAX_FORM_FILES)
    except ClientDisconnect:
        raise BadRequest.because("The request body ended early.") from None
    result = validated(model, _form_fields(form))
    if isinstance(result, Input):
        result._uploads = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
    return result


def _form_fields(form: FormData) -> Any:
    fields = {name: part for name, part in form.multi_items() if isinstance(part, str)}
    if "payload" in fields:
        return parse_json(fields["payload"].encode())
    return fields


def validated(model: type[M], value: Any) -> M:
    """The value as this model.

    Raises: Invalid with one fault for each field that is wrong, BadRequest when a body is no object.
    """
    if not isinstance(value, Mapping):
        raise BadRequest.because("The body must be a JSON object.", code="malformed_json")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = [_fault(model, problem) for problem in error.errors(include_url=False, include_context=True)]
        raise Invalid(*faults) from None


def _fault(model: type[BaseModel], problem: Any) -> Fault:
    path = ".".join(str(part) for part in problem["loc"] if not str(part).startswith(("function-", "tagged-")))
    kind = problem["type"]
    if kind == "extra_forbidden":
        name = str(problem["loc"][-1])
        hint = did_you_mean(name, _known(model, problem["loc"][:-1]))
        return Fault("unknown_field", f"{name} is unknown.{hint}", path)
    if kind == "missing":
        return Fault("required", f"{path} is required.", path)
    return Fault("invalid", str(problem["msg"]).removeprefix("Value error, "), path or None)


def _known(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """The fields known at a place in the body."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _nested(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _nested(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _nested(part))), None)
