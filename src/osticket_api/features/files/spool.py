"""The body of an upload on its way to the database: on disk, never whole in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import unquote

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request

from osticket_api.errors import BadRequest, Invalid

_IN_MEMORY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Spooled:
    """A file as it was sent: its name, the type its sender claims, and its content."""

    name: str
    content_type: str | None
    content: BinaryIO


@asynccontextmanager
async def spooled(request: Request) -> AsyncIterator[Spooled]:
    """The file in a request: the only file of a multipart form, or else the raw body, named by `?name=`.

    Raises: Invalid when a form holds no file or a raw body has no name, BadRequest when the client goes away.
    """
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form(max_files=1, max_fields=10) as form:
                yield _part([part for _, part in form.multi_items() if isinstance(part, UploadFile)])
        else:
            with SpooledTemporaryFile(_IN_MEMORY_BYTES) as body:
                yield await _raw(request, cast("BinaryIO", body))
    except ClientDisconnect:
        raise BadRequest.because("The request body ended early.") from None


def _part(parts: list[UploadFile]) -> Spooled:
    if not parts:
        raise Invalid.because("The form holds no file.", field="file", code="required")
    return Spooled(parts[0].filename or "file", parts[0].content_type, parts[0].file)


async def _raw(request: Request, body: BinaryIO) -> Spooled:
    name = request.query_params.get("name", "")
    if not name.strip():
        raise Invalid.because("Name the file: ?name=report.pdf", field="name", code="required")
    async for block in request.stream():
        await asyncio.to_thread(body.write, block)
    body.seek(0)
    return Spooled(unquote(name), request.headers.get("content-type"), body)
