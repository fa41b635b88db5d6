"""The body of an upload on its way to the database: on disk, never whole in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request

from osticket_api.errors import BadRequest, Invalid
from osticket_api.web.form_body import read_form

_IN_MEMORY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Spooled:
    """A file as it was sent: its name, the type its sender claims, and its content."""

    name: str
    content_type: str | None
    content: BinaryIO


@asynccontextmanager
async def spooled(request: Request, name: str | None) -> AsyncIterator[Spooled]:
    """The file in a request: the only file of a multipart form, or else the raw body, which has this name.

    Raises: Invalid when a form holds no file or several, or a raw body has no name; BadRequest when the client goes
    away.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        form = await read_form(request)
        try:
            yield _part([part for _, part in form.multi_items() if isinstance(part, UploadFile)])
        finally:
            await form.close()
    else:
        with SpooledTemporaryFile(_IN_MEMORY_BYTES) as body:
            yield await _raw(request, name, cast("BinaryIO", body))


def _part(parts: list[UploadFile]) -> Spooled:
    if not parts:
        raise Invalid.because("The form holds no file.", field="file", code="required")
    if len(parts) > 1:
        raise Invalid.because("The form holds more than one file.", field="file", code="too_many_files")
    return Spooled(parts[0].filename or "file", parts[0].content_type, parts[0].file)


async def _raw(request: Request, name: str | None, body: BinaryIO) -> Spooled:
    if not name or not name.strip():
        raise Invalid.because("Name the file: ?name=report.pdf", field="name", code="required")
    try:
        async for block in request.stream():
            await asyncio.to_thread(body.write, block)
    except ClientDisconnect:
        raise BadRequest.because("The request body ended early.") from None
    body.seek(0)
    return Spooled(name, request.headers.get("content-type"), body)
