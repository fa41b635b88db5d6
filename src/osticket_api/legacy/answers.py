"""Answers in the old way: bare text, or JSON and XML as PHP writes them.

Source: legacy-api.md 2, legacy-endpoints.md 0.3.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from osticket_api.errors import ApiError
from osticket_api.kit import php_json

_CHARSET: Final = "; charset=UTF-8"
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class LegacyError(Exception):
    """A request that is answered with a status and a sentence of osTicket's."""

    def __init__(self, status: int, text: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.text = status, text
        self.headers = dict(headers or {})


def text(status: int, body: str, media_type: str = "text/html") -> Response:
    """A bare text, which osTicket calls HTML."""
    return Response(body.encode(errors="replace"), status, {"Content-Type": media_type + _CHARSET})


def json(status: int, data: Any) -> Response:
    """JSON as PHP writes it, with letters of all languages as they are."""
    body = php_json.encode(data, ascii_only=False)
    return Response(body.encode(errors="replace"), status, {"Content-Type": "application/json" + _CHARSET})


def xml(status: int, data: Any) -> Response:
    """XML with the data as elements below `response`.

    Items of lists are `item`, characters beyond ASCII are numeric entities.
    """
    body = f'<?xml version="1.0"?>\n{_element("response", data)}\n'
    content = _NOT_ASCII.sub(lambda letter: f"&#x{ord(letter[0]):X};", body).encode()
    return Response(content, status, {"Content-Type": "application/xml" + _CHARSET})


def _element(name: str, value: Any) -> str:
    """One element. A key that is not a valid name in XML, such as a department's name, becomes `item`."""
    attribute = ""
    if not _NAME.fullmatch(name):
        name, attribute = "item", f" name={quoteattr(_NOT_IN_XML.sub('', name))}"
    content = _content(value)
    return f"<{name}{attribute}>{content}</{name}>" if content else f"<{name}{attribute}/>"


def _content(value: Any) -> str:
    if isinstance(value, Mapping):
        return _elements((str(key), each) for key, each in value.items())
    if isinstance(value, list | tuple):
        return _elements(("item", each) for each in value)
    if value is None or value is False:
        return ""
    return "1" if value is True else escape(_NOT_IN_XML.sub("", str(value)))


def _elements(pairs: Iterable[tuple[str, Any]]) -> str:
    return "".join(_element("item" if name.isdigit() else name, each) for name, each in pairs)


def error(status: int, message: str) -> Response:
    """An error as the plugin's endpoints tell it: JSON, whatever was asked for."""
    return json(status, {"error": True, "message": message})


def is_legacy(scope: Scope) -> bool:
    """Whether a request is to an old address, where these are switched on."""
    path = scope["path"]
    is_old = path.startswith("/api/") and not path.startswith("/api/v2/") and path != "/api/v2"
    return is_old and bool(scope["app"].state.settings.features_legacy)


def failure(request: Request, wrong: ApiError | LegacyError) -> Response:
    """The response to a failed request at an old address: JSON from the plugin's files, bare text from osTicket's own
    API.
    """
    answer = error(wrong.status, str(wrong)) if _is_file(request) else text(wrong.status, str(wrong))
    answer.headers.update(wrong.headers)
    return answer


def unknown_address(request: Request) -> LegacyError | None:
    """osTicket's error for an unknown address or method. The plugin has no text of its own for that."""
    return None if _is_file(request) else LegacyError(400, "URL not supported")


def _is_file(request: Request) -> bool:
    path = request.scope["path"]
    return ".php" in path and not path.startswith("/api/http.php")
