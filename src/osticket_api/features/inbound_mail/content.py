"""What a mail says and what it carries: nothing of it may be lost.

Texts are what a reader sees in their order: of alternatives the best, then every further text. All else is a file,
and an attached mail is both: its text is shown, and the mail is kept as it came.

Source: tickets.md 2.5 and 5.6, legacy-api.md 9, README of the recorded mails.
"""

import mimetypes
import re
import secrets
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from osticket_api.features.threads.api import NewFile
from osticket_api.kit import html
from osticket_api.kit.mime import tnef
from osticket_api.kit.mime.charsets import is_known
from osticket_api.kit.mime.headers import decoded
from osticket_api.kit.mime.parts import Part

Format = Literal["html", "text"]
Body = tuple[str, Format]

_SHOWN: Final = ("text/plain", "text/html")
_IN_PLACE: Final = ("", "inline")
_LETTERS: Final = string.ascii_letters + string.digits
_ENDINGS: Final = {
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/global": ".eml",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/rfc822-headers": ".txt",
    "text/x-diff": ".patch",
    "text/x-patch": ".patch",
}
_TAG_OR_TEXT: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)?[^<>]*>|[^<]+|<", re.IGNORECASE)
_UNSEEN: Final = frozenset({"head", "script", "style", "title"})
_PICTURED: Final = frozenset({"img", "hr", "table", "svg", "video"})
_LINE_END: Final = re.compile(r"<(?:br|/p|/div|/h[1-6]|/li|/tr|/blockquote)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """One text of a mail in the forms it came in, and whether it belongs to a mail that is attached."""

    plain: str = ""
    html: str = ""
    is_inner: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.plain.strip() and is_blank(self.html)

    def as_html(self) -> str:
        if not is_blank(self.html):
            return self.html
        return html.escape(self.plain.strip("\r\n")).replace("\r\n", "\n").replace("\n", "<br />")

    def as_plain(self) -> str:
        return self.plain if self.plain.strip() else plain_of(self.html)


@dataclass
class Content:
    """Texts and files of a mail, in their order, and what Outlook packed into `winmail.dat`."""

    texts: list[Text] = field(default_factory=list)
    files: list[NewFile] = field(default_factory=list)
    packed: tnef.Packed | None = None

    def body(self, *, prefers_html: bool) -> Body:
        """All texts as one. It is HTML where that is preferred and the mail itself, not one inside it, has any."""
        own = [each for each in self.texts if not each.is_inner and not each.is_blank] or self.texts
        if prefers_html and any(not is_blank(each.html) for each in own):
            return "".join(each.as_html() for each in self.texts), "html"
        return _joined(each.as_plain() for each in self.texts), "text"


def content_of(mail: Part) -> Content:
    """Everything in a mail."""
    content = Content()
    content.texts = list(_texts(mail, content, is_inner=False))
    if mail.is_cut:
        content.files.append(NewFile(_made_up_name("email-message", "message/rfc822"), "message/rfc822", mail.raw))
    if content.packed is not None:
        _unpack(content, content.packed)
    return content


def _texts(part: Part, content: Content, *, is_inner: bool) -> Iterator[Text]:
    """The texts of a part; its files are put into the content."""
    if part.is_mail:
        yield from _texts_of_mail(part, content)
    elif part.parts:
        yield from _texts_of_parts(part, content, is_inner=is_inner)
    elif part.content_type == tnef.CONTENT_TYPE and _take_packed(part, content):
        return
    elif _is_readable_text(part):
        text = part.text()
        yield Text(html=text, is_inner=is_inner) if part.content_type == "text/html" else Text(text, is_inner=is_inner)
        if part.disposition and part.file_name:
            content.files.append(_file(part))
    else:
        content.files.append(_file(part))


def _is_readable_text(part: Part) -> bool:
    """Whether a part is text to be read. A multipart in which no parts were found is a text, too."""
    return part.disposition in _IN_PLACE and (part.content_type in _SHOWN or part.kind == "multipart")


def _texts_of_mail(part: Part, content: Content) -> Iterator[Text]:
    """The text of an attached mail. The mail is a file; what is part of the outer mail has its own files taken out."""
    content.files.append(_file(part))
    inside = Content()
    for each in part.parts:
        yield from (replace(text, is_inner=True) for text in _texts(each, inside, is_inner=True))
    if part.disposition in _IN_PLACE:
        content.files += inside.files


def _texts_of_parts(part: Part, content: Content, *, is_inner: bool) -> Iterator[Text]:
    found = [text for each in part.parts for text in _texts(each, content, is_inner=is_inner)]
    if part.content_type == "multipart/alternative" and found:
        yield Text(_joined(each.plain for each in found), "".join(each.html for each in found), is_inner)
    else:
        yield from found


def _take_packed(part: Part, content: Content) -> bool:
    packed = tnef.unpacked(part.decoded, part.decoder) if content.packed is None else None
    if packed is not None:
        content.packed = packed
        content.files += [_packed_file(each) for each in packed.files]
    return packed is not None


def _packed_file(file: tnef.PackedFile) -> NewFile:
    name = file.name or _made_up_name("attachment", file.content_type)
    return NewFile(name, file.content_type or None, file.content, content_id=file.content_id or None)


def _unpack(content: Content, packed: tnef.Packed) -> None:
    """The body in `winmail.dat` is the mail's text once more: it counts where it is HTML, or the only one."""
    own = [each for each in content.texts if not each.is_inner and not each.is_blank]
    inner = [each for each in content.texts if each.is_inner]
    if not is_blank(packed.html):
        content.texts = [Text(_joined(each.as_plain() for each in own), packed.html), *inner]
    elif not own and packed.text.strip():
        content.texts = [Text(packed.text), *inner]
    elif not own and packed.rich_text:
        content.files.append(NewFile("message.rtf", "application/rtf", packed.rich_text))


def _file(part: Part) -> NewFile:
    return NewFile(
        part.file_name or _name_of_unnamed(part),
        part.content_type,
        _content(part),
        content_id=part.content_id or None,
        keeps_type=True,
    )


def _content(part: Part) -> bytes:
    """A text file that names its character set is stored as UTF-8, as in osTicket."""
    if part.is_mail:
        return part.decoded
    if part.kind == "text" and is_known(part.charset):
        text = part.decoder.decode(part.decoded, part.charset)
        return part.decoded if "\ufffd" in text else text.encode("utf-8", "surrogatepass")
    return part.decoded


def _name_of_unnamed(part: Part) -> str:
    """What osTicket calls a file without a name, or what it would call one that it drops."""
    if part.is_mail:
        subject = decoded(part.parts[0].header("subject"), part.decoder) if part.parts else ""
        return f"{subject}.eml" if subject else _made_up_name("email-message", part.content_type)
    kind = part.kind if part.kind in ("image", "audio", "video") else "attachment"
    return _made_up_name(kind, part.content_type)


def _made_up_name(stem: str, content_type: str) -> str:
    ending = _ENDINGS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    if not ending and content_type.startswith("image/"):
        ending = "." + content_type.partition("/")[2]
    return f"{stem}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}{ending}"


def is_blank(text: str) -> bool:
    """Whether HTML shows no text and no image."""
    for match in _visible(text):
        is_tag = match[0].startswith("<") and len(match[0]) > 1
        if (match[2] or "").lower() in _PICTURED or (not is_tag and html.unescape(match[0]).strip()):
            return False
    return True


def plain_of(text: str) -> str:
    """HTML as lines of plain text."""
    pieces: list[str] = []
    for match in _visible(text):
        if not match[0].startswith("<") or len(match[0]) == 1:
            pieces.append(html.unescape(match[0].replace("\n", " ")))
        elif _LINE_END.match(match[0]):
            pieces.append("\n")
    return "\n".join(" ".join(line.split()) for line in "".join(pieces).split("\n")).strip()


def _visible(text: str) -> Iterator[re.Match[str]]:
    """The tags and texts of HTML, without those that a reader does not see."""
    unseen = ""
    for match in _TAG_OR_TEXT.finditer(text):
        is_end, tag = bool(match[1]), (match[2] or "").lower()
        if unseen:
            unseen = "" if is_end and tag == unseen else unseen
        elif tag in _UNSEEN and not is_end:
            unseen = tag
        else:
            yield match


def _joined(texts: Iterable[str]) -> str:
    """Texts one below the other."""
    whole = ""
    for text in texts:
        if text:
            whole += text if not whole or whole.endswith("\n") else f"\n{text}"
    return whole
