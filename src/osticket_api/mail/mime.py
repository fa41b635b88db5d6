"""A letter as the bytes that a mail server takes.

Structure and headers are osTicket's. Where its bytes are wrong (headers encoded without need, file names in raw UTF-8,
parts without boundaries) they are right here.

The standard library encodes words and builds the parts. Its newer interface, which parses each header that it is given,
takes seven times as long.

Source: mail.md 4.4, 4.5 and 5
"""

from base64 import encodebytes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from osticket_api.mail.letters import AUTOMATIC_HEADERS, Attached, Letter, Party

MAILER: Final = "osTicket Mailer"
_POLICY: Final = compat32.clone(linesep="\r\n", mangle_from_=False, max_line_length=None)
_LINE: Final = 76
_SPECIALS: Final = frozenset('()<>[]:;@\\,."')
_UNSAFE_IN_QUOTES: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


def to_bytes(letter: Letter, contents: Mapping[int, bytes], moment: datetime, *, account: str | None = None) -> bytes:
    """The letter with its files. `account`: the address of the account that sends it, where it must not pretend."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in _headers(letter, moment, account))
    return headers.encode("ascii", "replace") + _body(letter, contents).as_bytes(policy=_POLICY)


def _headers(letter: Letter, moment: datetime, account: str | None) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(moment)
    yield "Message-ID", _in_one_line(letter.message_id)
    yield "From", _addresses("From", [letter.sender])
    yield "Subject", _words("Subject", letter.subject)
    yield "Return-Path", f"<{_in_one_line(letter.sender.address)}>"
    if letter.in_reply_to:
        yield "In-Reply-To", _in_one_line(letter.in_reply_to)
        yield "References", _in_one_line(letter.in_reply_to)
    yield "X-Mailer", MAILER
    yield from AUTOMATIC_HEADERS[letter.manner].items()
    for name, parties in (("To", letter.to), ("Cc", letter.cc)):
        if parties:
            yield name, _addresses(name, parties)
    if account is not None:
        yield "Sender", _addresses("Sender", [Party(account, letter.sender.name)])
    yield "MIME-Version", "1.0"


def _in_one_line(text: str) -> str:
    """Remove line breaks and other control characters, which would begin another header."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _words(header: str, text: str) -> str:
    """Text in a header: encoded where it is not ASCII, folded where it is long."""
    line = _in_one_line(text)
    if line.isascii() and "=?" not in line and len(line) <= _LINE - len(header):
        return line
    charset = "us-ascii" if line.isascii() and "=?" not in line else "utf-8"
    return Header(line, charset, maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")


def _addresses(header: str, parties: Sequence[Party]) -> str:
    return ",\r\n ".join(_address(header, party) for party in parties)


def _address(header: str, party: Party) -> str:
    """A mailbox with its name; a domain in other letters is written as it is looked up."""
    mailbox, _, domain = _in_one_line(party.address).rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    address = f"{mailbox}@{domain}" if mailbox else domain
    name = " ".join(_in_one_line(party.name).split())
    if not name:
        return address
    if name.isascii() and _SPECIALS & set(name):
        return f'"{name.translate(_UNSAFE_IN_QUOTES)}" <{address}>'
    return f"{_words(header, name)} <{address}>"


def _body(letter: Letter, contents: Mapping[int, bytes]) -> Message:
    """Text and HTML; images beside them; with other files everything side by side."""
    files = [file for file in letter.files if file.file_id in contents]
    texts = _texts(letter)
    if not files:
        return texts
    kind = "mixed" if any(file.content_id is None for file in files) else "related"
    return _multipart(kind, [texts, *(_file(file, contents[file.file_id]) for file in files)])


def _texts(letter: Letter) -> Message:
    text = _part('text/plain; charset="utf-8"', letter.text.encode())
    if letter.html is None:
        return text
    return _multipart("alternative", [text, _part('text/html; charset="utf-8"', letter.html.encode())])


def _multipart(kind: str, parts: Sequence[Message]) -> Message:
    message = Message(policy=_POLICY)
    message["Content-Type"] = f"multipart/{kind}"
    for part in parts:
        message.attach(part)
    return message


def _part(content_type: str, content: bytes) -> Message:
    part = Message(policy=_POLICY)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(content).decode())
    return part


def _file(file: Attached, content: bytes) -> Message:
    main, _, sub = file.type.partition(";")[0].strip().lower().partition("/")
    is_usable = (
        main.isalnum() and sub.replace("-", "").replace(".", "").replace("+", "").isalnum() and file.type.isascii()
    )
    main, sub = (main, sub) if is_usable and main not in ("multipart", "message") else ("application", "octet-stream")
    if file.content_id is None:
        part = _part(f"{main}/{sub}", content)
        part["Content-Disposition"] = f"attachment; {_parameter('filename', file.name)}"
        return part
    part = _part(f"{main}/{sub}; {_parameter('name', file.name)}", content)
    part["Content-Disposition"] = f"inline; {_parameter('filename', file.name)}"
    part["Content-ID"] = f"<{_in_one_line(file.content_id)}>"
    return part


def _parameter(name: str, value: str) -> str:
    """A parameter of a header: in quotes, or by RFC 2231 where it is not ASCII or does not fit into a line."""
    line = _in_one_line(value)
    if line.isascii() and len(line) < _LINE - len(name):
        return f'{name}="{line.translate(_UNSAFE_IN_QUOTES)}"'
    pieces = [""]
    for character in line:
        encoded = quote(character, safe="")
        if len(pieces[-1]) + len(encoded) > _LINE - len(name) - 16:
            pieces.append("")
        pieces[-1] += encoded
    pieces[0] = f"utf-8''{pieces[0]}"
    if len(pieces) == 1:
        return f"{name}*={pieces[0]}"
    return ";\r\n ".join(f"{name}*{number}*={piece}" for number, piece in enumerate(pieces))
