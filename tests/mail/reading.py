"""A mail as the recordings describe it, read from its bytes, and how two of them differ."""

import hashlib
import html
import re
from collections.abc import Iterator
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from osticket_api.mail import message_ids
from osticket_api.mail.plain_text import to_plain_text
from tests.mail.recorded import SALT

Mail = dict[str, Any]

_OWN = ("from", "to", "cc", "sender", "subject", "message-id")
_NOT_SENT_TWICE = ("attachments",)


def parsed(content: bytes) -> Mail:
    """What the recordings say of a mail."""
    message = BytesParser(policy=policy.SMTP).parsebytes(content)
    assert isinstance(message, EmailMessage)
    message_id = str(message["Message-ID"])
    tag = message_ids.read(message_id, SALT)
    assert tag is not None, f"{message_id} is not signed"
    leaves = [part for part in message.walk() if not part.is_multipart()]
    texts = {part.get_content_type(): part for part in reversed(leaves) if part.get_content_disposition() is None}
    return {
        **{name: _decoded(message[name]) for name in ("from", "to", "cc", "sender") if message[name] is not None},
        "subject": _decoded(message["Subject"]),
        "message_id": {
            "sysid": message_ids.system_id(SALT),
            "uid": tag.person_id,
            "entry": tag.entry_id,
            "thread": tag.thread_id,
            "class": tag.kind,
            "address": message_id.strip("<>").split("-", 3)[3],
        },
        "headers": {name: _decoded(value) for name, value in message.items() if name.lower() not in _OWN},
        "structure": _structure(message),
        "text_part": _text(texts.get("text/plain"), message_id),
        "html_part": _text(texts.get("text/html"), message_id),
        "attachments": [_leaf(part) for part in leaves if part.get_content_disposition() is not None],
    }


def _decoded(value: Any) -> str:
    return str(make_header(decode_header(str(value))))


def _structure(part: Any) -> Any:
    kind = part.get_content_type()
    return {kind: [_structure(each) for each in part.iter_parts()]} if part.is_multipart() else kind


def _text(part: Any, message_id: str) -> str | None:
    if part is None:
        return None
    text: str = part.get_content()
    return text.replace("\r\n", "\n").replace(message_id, "<MID>").replace(message_id.strip("<>"), "<MID>")


def _leaf(part: Any) -> Mail:
    content = part.get_payload(decode=True)
    return {
        "type": part.get_content_type(),
        "disposition": part.get_content_disposition(),
        "name": part.get_filename(),
        "content_id": part["Content-ID"],
        "size": len(content),
        "sha1": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
    }


def differences(ours: Mail, recorded: Mail) -> Iterator[str]:
    """Header by header and part by part, as far as osTicket is to be followed."""
    for name in ("from", "to", "cc", "sender"):
        if _people(ours.get(name)) != _people(recorded.get(name)):
            yield f"{name}: {ours.get(name)!r}, not {recorded.get(name)!r}"
    if not matches(ours["subject"], recorded["subject"]):
        yield f"subject: {ours['subject']!r}, not {recorded['subject']!r}"
    for name, value in recorded["message_id"].items():
        if ours["message_id"][name] != value:
            yield f"message_id.{name}: {ours['message_id'][name]!r}, not {value!r}"
    yield from _headers(ours["headers"], recorded["headers"])
    if _plain(ours["structure"]) != _plain(recorded["structure"]):
        yield f"structure: {ours['structure']}, not {recorded['structure']}"
    yield from _parts(ours, recorded)
    if _files(ours) != _files(recorded):
        yield f"attachments: {_files(ours)}, not {_files(recorded)}"


def _people(header: str | None) -> set[tuple[str, str]]:
    """Names and addresses, however they are quoted."""
    if not header:
        return set()
    pairs = re.findall(r"\s*(.*?)\s*<([^<>]*)>(?:,|$)|([^\s,<>]+@[^\s,<>]+)", header)
    return {(re.sub(r'["\\]', "", name), address or bare) for name, address, bare in pairs}


def _headers(ours: dict[str, str], recorded: dict[str, str]) -> Iterator[str]:
    for name in ours.keys() | recorded.keys():
        if name in ("Date", "Content-Type", "Content-Transfer-Encoding"):
            continue
        if ours.get(name) != _decoded(recorded.get(name)) or name not in recorded:
            yield f"{name}: {ours.get(name)!r}, not {recorded.get(name)!r}"


def _plain(structure: Any) -> Any:
    """Parts that osTicket sends twice are needed once; one whose structure it breaks is taken for its text."""
    if isinstance(structure, str):
        return "text/plain" if structure == "multipart/alternative" else structure
    ((kind, parts),) = structure.items()
    found: list[Any] = []
    for part in map(_plain, parts):
        if part not in found:
            found.append(part)
    return {kind: found}


def _files(mail: Mail) -> list[tuple[Any, ...]]:
    found = []
    for each in mail.get("attachments") or []:
        kind = each["type"].partition(";")[0]
        key = (kind, (each["disposition"] or "").partition(";")[0], each["size"], each["sha1"])
        if kind != "multipart/alternative" and key not in found:
            found.append(key)
    return found


def _parts(ours: Mail, recorded: Mail) -> Iterator[str]:
    wanted = recorded.get("html_part")
    if wanted is None:
        if ours["html_part"] is not None:
            yield "html_part: is there"
        text = recorded.get("text_part")
        if text and "PROGRAM-TEXT" not in text and not matches(_bare(ours["text_part"]), _bare(text)):
            yield from _first_difference("text_part", _bare(ours["text_part"]), _bare(text))
        return
    if ours["html_part"] is None:
        yield "html_part: is not there"
        return
    if not matches(ours["html_part"], wanted):
        yield from _first_difference("html_part", ours["html_part"], wanted)
    expected = to_plain_text(ours["html_part"].replace("<MID>", "MID")) + "\nRef-Mid: <MID>\n"
    if ours["text_part"] != expected:
        yield from _first_difference("text_part", ours["text_part"], expected)


def _bare(text: str) -> str:
    """A text without what osTicket takes for tags: it does not escape what it puts into HTML."""
    return re.sub(r"<(?!MID>)[^<>\s][^<>]*>", "", text)


def matches(ours: str, recorded: str) -> bool:
    """Whether a text is the recorded one: placeholders stand for anything, escaping and blanks are free."""
    return _pattern(recorded).fullmatch(loose(ours)) is not None


_VARIABLE = re.compile(r"%\\\{[\w.\\]+\\\}")
_PLACEHOLDERS = {
    "NUMBER": r"\d+",
    r"TOKENx+(?:\\\n)?x*": r"[\w=\s]+",
    "OTPOTP": r"\d{6}",
    "RRRRR": r".{5}",
    "RRRR": r".{4}",
}


def _pattern(recorded: str) -> re.Pattern[str]:
    text = re.escape(loose(recorded))
    for placeholder, pattern in _PLACEHOLDERS.items():
        text = re.sub(placeholder, lambda match, pattern=pattern: pattern, text)  # type: ignore[misc]
    # osTicket leaves some variables in its mails that we can resolve: see mail.md 3.5 and 11.
    text = _VARIABLE.sub(lambda match: f"(?:{match[0]}|[^;\\]]*?)", text)
    return re.compile(text, re.DOTALL)


def loose(text: str) -> str:
    text = re.sub(r'<div style="display:none"\s+class', '<div style="display:none" class', text)
    text = html.unescape(html.unescape(text))
    return re.sub(r"[\u202f\xa0 ]", " ", text)


def _first_difference(name: str, ours: str, recorded: str) -> Iterator[str]:
    mine, theirs = _pieces(loose(ours)), _pieces(loose(recorded))
    lacking = [piece for piece in theirs if not any(matches(each, piece) for each in mine)]
    more = [piece for piece in mine if not any(matches(piece, each) for each in theirs)]
    for position in range(min(6, max(len(lacking), len(more)))):
        both = [pieces[position] if position < len(pieces) else None for pieces in (more, lacking)]
        yield f"{name}: {both[0]!r}, not {both[1]!r}"
    if not lacking and not more:
        yield f"{name}: {_pieces(ours)!r}, not {_pieces(recorded)!r}"


def _pieces(text: str) -> list[str]:
    return re.split(r"(?<=</div>)|\n", text)
