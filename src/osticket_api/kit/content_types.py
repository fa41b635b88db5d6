"""What a file is, judged by its first bytes rather than by what its sender calls it."""

import codecs
import re
from mimetypes import MimeTypes
from typing import Final

HEAD_BYTES: Final = 4096
"""How many of the first bytes tell the type of a file."""

UNKNOWN: Final = "application/octet-stream"
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"})
"""Images that can hold nothing but an image."""

_SAYS_NOTHING: Final = frozenset({UNKNOWN, "binary/octet-stream", "application/unknown", "application/x-download"})
_SURE: Final = 0.4
"""Below this confidence of its library a guess is worth less than the file's name."""

_SIGNATURES: Final = [
    (re.compile(pattern, re.DOTALL), content_type)
    for pattern, content_type in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"BM....\x00{4}", "image/bmp"),
        (rb"II\*\x00|MM\x00\*", "image/tiff"),
        (rb"\x00\x00\x01\x00[^\x00]\x00", "image/vnd.microsoft.icon"),
        (rb"....ftypavi[fs]", "image/avif"),
        (rb"....ftyp(?:hei[cfmsx]|mif1)", "image/heic"),
        (rb"....ftypM4A", "audio/mp4"),
        (rb"....ftypqt", "video/quicktime"),
        (rb"....ftyp", "video/mp4"),
        (rb"\x1a\x45\xdf\xa3", "video/webm"),
        (rb"RIFF....AVI ", "video/x-msvideo"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"OggS", "audio/ogg"),
        (rb"ID3", "audio/mpeg"),
        (rb"%PDF-", "application/pdf"),
        (rb"PK\x03\x04", "application/zip"),
        (rb"MZ.{58}", "application/x-msdownload"),
        (rb"\x7fELF", "application/x-executable"),
    )
]
_PROLOGUE: Final = re.compile(r"(?:\s++|(?><!--.*?-->)|(?><\?xml\s[^>]*>))*+", re.IGNORECASE | re.DOTALL)
_MARKUP: Final = re.compile(
    r"<(?:(?P<svg>!doctype svg|svg)|(?P<html>!doctype html|html|head|body|script|style|title|iframe|meta|link|object"
    r"|embed|form|table|div|span|font|img|input|h[1-6]|[abip]|br|ul))[\s/>]",
    re.IGNORECASE,
)
_MARKUP_TYPES: Final = {"svg": "image/svg+xml", "html": "text/html"}
_XML: Final = "application/xml"
_BY_NAME: Final = MimeTypes(filenames=())
_CLAIM: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+_-]{0,126}")


def sniff(head: bytes) -> str | None:
    """The type that these first bytes prove, or None: most formats have no signature."""
    for signature, content_type in _SIGNATURES:
        if signature.match(head):
            return content_type
    return _markup(_decoded(head[:1024]))


def _markup(text: str) -> str | None:
    prologue = _PROLOGUE.match(text)
    assert prologue is not None
    root = _MARKUP.match(text, prologue.end())
    if root:
        return _MARKUP_TYPES[str(root.lastgroup)]
    return _XML if "<?xml" in prologue[0].lower() else None


def content_type(name: str, claim: str | None, head: bytes) -> str:
    """The type to store: the claim where it is plausible, else what the bytes say, else what the name says."""
    claimed = _normalised(claim)
    found = sniff(head)
    if claimed and (found is None or _agree(claimed, found)):
        return claimed
    by_name = _BY_NAME.guess_type(name)[0]
    if found:
        return by_name if by_name and by_name.startswith("application/") and found == "application/zip" else found
    if by_name and not _is_displayed_in_place(by_name):
        return by_name
    return _guess(head) or ("text/plain" if _is_text(head) else UNKNOWN)


def _normalised(claim: str | None) -> str | None:
    """The claim without parameters; None when it is malformed or says nothing."""
    bare = (claim or "").partition(";")[0].strip().lower()
    return bare if _CLAIM.fullmatch(bare) and bare not in _SAYS_NOTHING else None


def _agree(claimed: str, found: str) -> bool:
    if claimed == found:
        return True
    if _is_displayed_in_place(claimed):
        return _is_variant(claimed, found)
    return claimed.startswith("application/") or found in (*_MARKUP_TYPES.values(), _XML)


def _is_displayed_in_place(content_type: str) -> bool:
    """Whether browsers show this type in place, so that it must be true."""
    return content_type.startswith(("image/", "audio/", "video/", "font/")) or content_type == "application/pdf"


def _is_variant(claimed: str, found: str) -> bool:
    """Whether files of one type may begin with the other's signature, as camera raw files begin with that of TIFF."""
    if found in PICTURES or claimed in PICTURES:
        return False
    kinds = {claimed.partition("/")[0], found.partition("/")[0]}
    return len(kinds) == 1 or kinds == {"audio", "video"} or (found == _XML and claimed.endswith("+xml"))


def _guess(head: bytes) -> str | None:
    if not head:
        return None
    import puremagic  # Loaded by need: most files have a signature or a name that says what they are.

    try:
        best = puremagic.magic_string(head)[0]
    except (puremagic.PureError, ValueError):
        return None
    return _normalised(best.mime_type) if best.confidence >= _SURE else None


def _is_text(head: bytes) -> bool:
    # The head may end within a character, so the decoder is told that more may come.
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(text) and not re.search(r"[\x00-\x08\x0e-\x1a]", text)


def _decoded(head: bytes) -> str:
    """Bytes as a browser would read them when it looks for markup."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    return head.decode("latin-1")
