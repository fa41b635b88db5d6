"""Read multipart forms, and refuse those that are cut off or not UTF-8."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final
from urllib.parse import unquote_to_bytes

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from osticket_api.errors import BadRequest
from osticket_api.web.json_body import check_texts

MAX_FILES: Final = 50
MAX_FIELDS: Final = 200


class _Parser(MultiPartParser):
    """Requires the closing boundary: without it, a form that was cut off would seem complete."""

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], max_part_size: int) -> None:
        whole = self._to_its_end(stream)
        super().__init__(headers, whole, max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=max_part_size)
        self._is_whole = False

    async def _to_its_end(self, stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async for block in stream:
            yield block
        if not self._is_whole:
            raise MultiPartException("The form ends before its closing boundary.")

    def on_end(self) -> None:
        self._is_whole = True

    def on_headers_finished(self) -> None:
        part = self._current_part
        if part.content_disposition is not None:
            part.content_disposition = _with_decoded_name(part.content_disposition)
        super().on_headers_finished()


_QUOTED: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_ENCODED_NAME: Final = re.compile(rb";[ \t]*filename\*[ \t]*=[ \t]*([\w.:+-]+)'[^';]*'([^; \t]+)", re.IGNORECASE)


def _with_decoded_name(disposition: bytes) -> bytes:
    """The header with the file name from `filename*` (RFC 8187), which some clients send in forms."""
    encoded = _ENCODED_NAME.search(_QUOTED.sub(b'""', disposition))
    if encoded is None:
        return disposition
    try:
        name = unquote_to_bytes(encoded[2]).decode(encoded[1].decode())
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return disposition + f'; filename="{quoted}"'.encode()
    except (LookupError, ValueError):  # An unknown encoding, or not even a text: half a surrogate pair.
        return disposition


async def read_form(request: Request) -> FormData:
    """The form in a request, cached with the request. The files are closed at the end of the request.

    Raises: BadRequest when the form is malformed, cut off, not UTF-8, or has too many parts; Invalid for a file name
    that is not valid.
    """
    if not hasattr(request.state, "form"):
        request.state.form = await _parse(request)
        request.state.form = _decoded(request.state.form)
    form: FormData = request.state.form
    return form


async def _parse(request: Request) -> FormData:
    """The form with all texts decoded as latin-1, which preserves every byte."""
    headers = Headers({"content-type": request.headers["content-type"] + "; charset=latin-1"})
    most = request.app.state.settings.max_body_bytes
    try:
        async with aclosing(request.stream()) as stream:
            return await _Parser(headers, stream, most).parse()
    except ClientDisconnect:
        raise BadRequest.because("The request body ended early.") from None
    except MultiPartException as error:
        raise _malformed(error.message) from None


def _malformed(message: str) -> BadRequest:
    return BadRequest.because(message, code="malformed_form")


def _decoded(form: FormData) -> FormData:
    return FormData([(_utf8(name), _part(part)) for name, part in form.multi_items()])


def _part(part: UploadFile | str) -> UploadFile | str:
    if isinstance(part, str):
        return _utf8(part)
    part.filename = _utf8(part.filename or "")
    check_texts(part.filename)
    return part


def _utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise _malformed("The form is not UTF-8.") from None
