"""Sending a file's content: streamed, in ranges, and never shown by a browser as anything but a picture."""

import re
from collections.abc import AsyncIterator
from typing import Protocol
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from osticket_api.errors import RangeNotSatisfiable
from osticket_api.kit.ranges import parse_range
from osticket_api.web.call import Call

_SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
"""Types that cannot carry script: only these may be shown in place."""
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+( ?; ?[\w.+-]+=[\w.+-]+)*", re.ASCII)
_NOT_PLAIN = re.compile(r'[^ -~]|["\\%]')
"""What a file name in quotes may not hold. Names and types come from other programs, too."""


class Content(Protocol):
    """What is sent: its length, an unchanging tag, and the bytes from `start` to `stop`."""

    length: int
    tag: str

    def read(self, start: int, stop: int) -> AsyncIterator[bytes]: ...


def download(call: Call, content: Content, *, name: str, content_type: str) -> Response:
    """The content, or the part of it that `Range` asks for.

    Raises: RangeNotSatisfiable.
    """
    content_type = content_type if _TYPE.fullmatch(content_type) else "application/octet-stream"
    headers = {**_headers(name, content_type), "ETag": content.tag, "Accept-Ranges": "bytes"}
    if call.has(content.tag):
        return Response(status_code=304, headers=headers)
    wanted = _wanted(call, content)
    start, stop = wanted or (0, content.length)
    headers["Content-Length"] = str(stop - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.length}"
    body: AsyncIterator[bytes] = content.read(start, stop) if call.request.method != "HEAD" else _nothing()
    return StreamingResponse(body, 206 if wanted else 200, headers, content_type)


def _wanted(call: Call, content: Content) -> tuple[int, int] | None:
    """The range asked for. `If-Range` with another tag asks for the whole."""
    if call.request.headers.get("if-range", content.tag) != content.tag:
        return None
    try:
        return parse_range(call.request.headers.get("range"), content.length)
    except ValueError:
        error = RangeNotSatisfiable.because(f"The file has {content.length} bytes.")
        error.headers["Content-Range"] = f"bytes */{content.length}"
        raise error from None


def _headers(name: str, content_type: str) -> dict[str, str]:
    disposition = "inline" if content_type in _SHOWN else "attachment"
    plain = _NOT_PLAIN.sub("_", name)
    return {
        "Content-Disposition": f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=31536000, immutable",
        "Vary": "Authorization, X-API-Key",
    }


async def _nothing() -> AsyncIterator[bytes]:
    blocks: tuple[bytes, ...] = ()
    for block in blocks:
        yield block
