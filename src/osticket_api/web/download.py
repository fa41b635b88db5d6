"""Send a file's content: streamed, in ranges. Browsers display nothing but pictures in place."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from osticket_api.errors import RangeNotSatisfiable
from osticket_api.kit.etags import is_known
from osticket_api.kit.ranges import parse_range
from osticket_api.web.results import Content, Download

_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
"""Types that cannot contain scripts: browsers may display these in place."""
_CONTENT_STAYS = "private, max-age=31536000, immutable"
_REVOCABLE = "private, no-cache"
"""The caching of files whose address ends with a sign-in: the browser asks each time whether it still may show the
file.
"""
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+( ?; ?[\w.+-]+=[\w.+-]+)*", re.ASCII)
_NOT_PLAIN = re.compile(r'[^ -~]|["\\%]')
"""Characters that a file name in quotes cannot contain. Names and types may come from other programs."""


def send_file(request: Request, file: Download) -> Response:
    """The content, or the part of it that `Range` asks for.

    Raises: RangeNotSatisfiable.
    """
    content = file.content
    content_type = file.content_type if _TYPE.fullmatch(file.content_type) else "application/octet-stream"
    headers = {
        **_headers(file, content_type, is_revocable=file.is_made or "signature" in request.query_params),
        "ETag": content.tag,
        "Accept-Ranges": "bytes",
    }
    if is_known(content.tag, request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    wanted = _wanted(request, content)
    start, stop = wanted or (0, content.length)
    headers["Content-Length"] = str(stop - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.length}"
    body = content.read(request.app.state.database, start, stop) if request.method != "HEAD" else _nothing()
    return FileResponse(body, 206 if wanted else 200, headers, content_type)


class FileResponse(StreamingResponse):
    """Reads the first piece of a file before it begins to answer: what cannot be read is an error, not a short file."""

    body_iterator: AsyncIterator[bytes]

    async def stream_response(self, send: Send) -> None:
        """Raises: what reading the file does, before anything is sent where it is the first piece."""
        first = await anext(self.body_iterator, b"")
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for piece in self.body_iterator:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _wanted(request: Request, content: Content) -> tuple[int, int] | None:
    """The requested range. None, for the whole content, when `If-Range` has another tag."""
    if request.headers.get("if-range", content.tag) != content.tag:
        return None
    try:
        return parse_range(request.headers.get("range"), content.length)
    except ValueError:
        error = RangeNotSatisfiable.because(f"The file has {content.length} bytes.")
        error.headers["Content-Range"] = f"bytes */{content.length}"
        raise error from None


def _headers(file: Download, content_type: str, *, is_revocable: bool) -> dict[str, str]:
    disposition = "inline" if content_type in _SHOWN or file.policy else "attachment"
    plain = _NOT_PLAIN.sub("_", file.name)
    return {
        "Content-Disposition": f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": file.policy or "default-src 'none'; sandbox",
        "Cache-Control": _REVOCABLE if is_revocable else _CONTENT_STAYS,
        "Vary": "Authorization, Cookie, X-API-Key" + (", Accept" if file.is_made else ""),
    }


async def _nothing() -> AsyncIterator[bytes]:
    blocks: tuple[bytes, ...] = ()
    for block in blocks:
        yield block
