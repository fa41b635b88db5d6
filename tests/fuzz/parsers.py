"""The parsers that read what strangers wrote. Any bytes give a result, or the error that the parser declares, and soon.

    pip install -e .[fuzz]
    python -m tests.fuzz.parsers mail CORPUS -max_total_time=600 -max_len=8192

looks for bytes that break one, led by the branches they reach, which go to the folder CORPUS. `corpus/` here keeps what
broke one, and the bytes to start from.
"""

import gc
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any, Final

from starlette.requests import Request

from osticket_api.errors import ApiError, Invalid
from osticket_api.features.inbound_mail.providers import mailgun, postmark, sendgrid, ses
from osticket_api.features.inbound_mail.providers.posted import Posted
from osticket_api.features.inbound_mail.reading import read_mail
from osticket_api.features.threads import positions
from osticket_api.features.tickets.paging import sort_columns
from osticket_api.kit import html, php_config, xml
from osticket_api.kit.content_types import content_type
from osticket_api.kit.mime import headers, tnef
from osticket_api.kit.mime.charsets import Decoder
from osticket_api.kit.php_session import PhpSessionError, read_session
from osticket_api.legacy.answers import LegacyError
from osticket_api.legacy.osticket import data_urls, json_body, payload, xml_body
from osticket_api.query.ordering import after, sort_keys
from osticket_api.web.form_body import read_form

CORPUS: Final = Path(__file__).with_name("corpus")
_SEEDS_OF_MAILS: Final = Path(__file__).parents[1] / "mails_in" / "seeds"


def _mail(raw: bytes) -> None:
    read_mail(raw)


def _headers(raw: bytes) -> None:
    decoder = Decoder()
    headers.decoded(raw, decoder)
    headers.parameters(raw, decoder)
    headers.mailboxes([raw], decoder)


def _winmail(raw: bytes) -> None:
    tnef.unpacked(raw, Decoder())


def _php_config(raw: bytes) -> None:
    php_config.read_constants(raw.decode("utf-8", "surrogateescape"))


def _xml(raw: bytes) -> None:
    root = xml.parse(raw)
    assert isinstance(root.all_text + root.markup + root.written, str)


def _html(raw: bytes) -> None:
    text = raw.decode(errors="replace")
    cleaned = html.clean(text, data_urls=True)
    assert "<script" not in cleaned.lower()
    html.map_images(cleaned, lambda image: image)
    html.without_empty(cleaned)
    html.to_text(text)
    html.strip_tags(text)


def _ticket(raw: bytes) -> None:
    """A ticket of the old endpoints, as JSON and as XML."""
    for read in (json_body.read_json, xml_body.read_xml):
        try:
            sent = read(raw)
            payload.message_of(sent)
            payload.attachments_of(sent)
        except LegacyError:
            continue


def _data_url(raw: bytes) -> None:
    assert isinstance(data_urls.read(raw.decode(errors="replace")).text, str)


def _form(raw: bytes) -> None:
    """The type of the content in the first line, then the content."""
    declared, _, body = raw.partition(b"\n")
    app = SimpleNamespace(state=SimpleNamespace(settings=SimpleNamespace(max_body_bytes=1 << 20)))
    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", declared)], "app": app, "state": {}}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    form = _finished(read_form(Request(scope, receive)))
    _finished(form.close())


def _finished(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of what waits for nothing."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits for something")


def _file_type(raw: bytes) -> None:
    claim, _, head = raw.partition(b"\n")
    content_type("a.txt", claim.decode("latin-1"), head)


def _cursor(raw: bytes) -> None:
    """A place in a list of tickets, and one in a conversation."""
    text = raw.decode("latin-1")
    keys = sort_keys("-created_at,number", sort_columns())
    for read in (partial(after, keys), partial(positions.decode, parameter="cursor")):
        try:
            read(text)
        except Invalid:
            continue


def _posted(raw: bytes) -> None:
    """What providers of mail post: in the first line the type of the body, in the second the login, then the body."""
    declared, _, rest = raw.partition(b"\n")
    login, _, body = rest.partition(b"\n")
    headers = {"content-type": declared.decode("latin-1"), "authorization": login.decode("latin-1")}
    for provider in (mailgun, postmark, sendgrid, ses):
        try:
            _finished(provider.read(Posted(headers, body, "somebody:secret")))
        except ApiError:
            continue


PARSERS: Final[dict[str, tuple[Callable[[bytes], Any], type[Exception] | tuple[type[Exception], ...]]]] = {
    "cursor": (_cursor, ()),
    "data-url": (_data_url, ()),
    "file-type": (_file_type, ()),
    "form": (_form, ApiError),
    "headers": (_headers, ()),
    "html": (_html, ()),
    "mail": (_mail, ()),
    "php-config": (_php_config, php_config.PhpConfigError),
    "php-session": (read_session, PhpSessionError),
    "posted": (_posted, ()),
    "ticket": (_ticket, ()),
    "winmail": (_winmail, ()),
    "xml": (_xml, xml.XmlError),
}
"""Each with the errors that it declares."""


def feed(name: str, raw: bytes) -> None:
    """Raises: anything that the parser does not declare."""
    parse, declared = PARSERS[name]
    try:
        parse(raw)
    except declared:
        return


def seeds(name: str) -> list[Path]:
    """What there is to start from."""
    places = [CORPUS / name, *([_SEEDS_OF_MAILS] if name == "mail" else [])]
    return sorted(path for place in places if place.exists() for path in place.iterdir())


_READING: Final = (
    *(
        "osticket_api.kit",
        "osticket_api.features.inbound_mail",
        "osticket_api.legacy",
        "osticket_api.query",
        "osticket_api.web.form_body",
    ),
    *("compressed_rtf", "email", "html", "python_multipart", "starlette", "tnefparse", "urllib", "xml"),
)
"""The modules whose branches lead the search. All there are take minutes to prepare, and most read nothing."""


def _follow_branches() -> None:
    import atheris

    for function in gc.get_objects():
        if isinstance(function, FunctionType) and str(function.__module__).startswith(_READING):
            atheris.instrument_func(function)


def main() -> None:
    """Fuzz one parser."""
    import atheris

    name, *options = sys.argv[1:]
    place = _SEEDS_OF_MAILS if name == "mail" else CORPUS / name
    _follow_branches()
    atheris.Setup([sys.argv[0], "-timeout=5", "-rss_limit_mb=1024", *options, str(place)], lambda raw: feed(name, raw))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
