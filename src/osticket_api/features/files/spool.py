"""The body of an upload on its way to the database: on disk, never whole in memory."""

import asyncio
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.requests import ClientDisconnect, Request

from osticket_api.errors import BadRequest, Invalid
from osticket_api.features.files.hashes import Fingerprint, fingerprint
from osticket_api.features.files.requests import UploadQuery
from osticket_api.web.call import Call
from osticket_api.web.form_body import read_form

_IN_MEMORY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Spooled:
    """A file as it was sent: its name, the type its sender claims, its content, and what tells that from another."""

    name: str
    content_type: str | None
    content: BinaryIO
    fingerprint: Fingerprint


async def receive_file(call: Call, query: UploadQuery) -> Spooled:
    """The file in a request: the only file of a multipart form, or else the raw body, which has this name.

    Raises: Invalid when a form holds no file or several, or a raw body has no name; BadRequest when the client goes
    away.
    """
    request = call.request
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        form = await read_form(request)
        part = _only([part for _, part in form.multi_items() if isinstance(part, UploadFile)])
    else:
        part = await _raw(request, query.name)
    known = await asyncio.to_thread(fingerprint, part.file)
    name = part.filename or "file"
    call.body_digest = f"{name} {known.signature}"
    return Spooled(name, part.content_type, part.file, known)


def _only(parts: list[UploadFile]) -> UploadFile:
    if not parts:
        raise Invalid.because("The form holds no file.", field="file", code="required")
    if len(parts) > 1:
        raise Invalid.because("The form holds more than one file.", field="file", code="too_many_files")
    return parts[0]


async def _raw(request: Request, name: str | None) -> UploadFile:
    """The body as a file, kept with the request as a form is, and closed when the request ends."""
    if not name or not name.strip():
        raise Invalid.because("Name the file: ?name=report.pdf", field="name", code="required")
    body = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 - the end of the request closes it
    content_type = request.headers.get("content-type")
    headers = Headers({"content-type": content_type} if content_type else {})
    part = UploadFile(body, filename=name, headers=headers)
    request.state.form = FormData([("file", part)])
    try:
        async for block in request.stream():
            await asyncio.to_thread(body.write, block)
    except ClientDisconnect:
        raise BadRequest.because("The request body ended early.") from None
    body.seek(0)
    return part
