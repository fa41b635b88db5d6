"""What Outlook packs into a file `winmail.dat`: the files and the body of a mail.

Source: MS-OXTNEF.
"""

import logging
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import compressed_rtf
from tnefparse import TNEF
from tnefparse.codepage import Codepage
from tnefparse.mapi import decode_mapi
from tnefparse.tnef import TNEFAttachment, TNEFObject

from osticket_api.kit.mime.charsets import Decoder, is_known

CONTENT_TYPE: Final = "application/ms-tnef"
_HEADER: Final = struct.Struct("<I2x")
_ATTRIBUTE: Final = struct.Struct("<BII")
_CODE_PAGE: Final = struct.Struct("<I")
_CHECKSUM_BYTES: Final = 2
_COUNT: Final = struct.Struct("<I")
_LEAST_BYTES: Final = 4
"""A property has two numbers of two bytes at least."""
_MOST: Final = 2000
_TEXT, _TEXT_OF_RTF, _HTML, _RICH_TEXT = 0x1000, 0x3FD9, 0x1013, 0x1009
_IMPORTANCE: Final = 0x0017
_LONG_NAME, _MIME_TAG, _CONTENT_ID, _DISPLAY_NAME = 0x3707, 0x370E, 0x3712, 0x3001
_WESTERN: Final = "cp1252"

# tnefparse logs what it cannot read; such a winmail.dat is kept as a file.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class PackedFile:
    """A file out of it. `content_type` is empty where none is named."""

    name: str
    content_type: str
    content: bytes
    content_id: str


@dataclass(frozen=True)
class Packed:
    """What was packed: bodies are empty where there is none. `importance` is 0, 1, or 2 for high."""

    html: str
    text: str
    rich_text: bytes
    files: Sequence[PackedFile]
    importance: int | None


def unpacked(content: bytes, decoder: Decoder) -> Packed | None:
    """What is in such a file; None when it is damaged or something else, and has to be kept as it is."""
    try:
        return _Reader(decoder).read(content)
    except Exception:
        return None  # For a file that is not valid, the library raises many kinds of error.


class _Damaged(ValueError):
    pass


@dataclass
class _Reader:
    """Goes through the attributes by itself, since the library copies the rest of the file for each of them."""

    decoder: Decoder
    codepage: str = _WESTERN
    message: dict[int, Any] = field(default_factory=dict)
    attachments: list[Any] = field(default_factory=list)

    def read(self, content: bytes) -> Packed:
        for attribute in _attributes(content):
            self._take(attribute)
        text = self._characters(self.message.get(_TEXT)) or self._characters(self.message.get(_TEXT_OF_RTF))
        return Packed(
            html=self._characters(self.message.get(_HTML)),
            text=text,
            rich_text=_decompressed(self.message.get(_RICH_TEXT) or b""),
            files=[self._file(each) for each in self.attachments],
            importance=self.message.get(_IMPORTANCE),
        )

    def _take(self, attribute: Any) -> None:
        if attribute.name == TNEF.ATTOEMCODEPAGE:
            named = Codepage(_CODE_PAGE.unpack_from(attribute.data)[0]).codepage()
            self.codepage = named if is_known(named) else _WESTERN
        elif attribute.name == TNEF.ATTATTACHRENDDATA:
            self.attachments.append(TNEFAttachment(self.codepage))
        elif attribute.level == TNEF.LVL_ATTACHMENT and attribute.name != TNEF.ATTATTACHRENDDATA:
            self.attachments[-1].add_attr(attribute)
        elif attribute.name == TNEF.ATTMAPIPROPS:
            self.message |= {each.name: each.data for each in decode_mapi(attribute.data, self.codepage)}
        elif attribute.name == TNEF.ATTBODY:
            self.message.setdefault(_TEXT, attribute.data)

    def _characters(self, value: Any) -> str:
        if isinstance(value, bytes):
            value = self.decoder.decode_html(value.rstrip(b"\0"), self.codepage)
        return str(value or "").rstrip("\0")

    def _file(self, attachment: Any) -> PackedFile:
        properties = {each.name: each.data for each in attachment.mapi_attrs}
        names = (properties.get(_LONG_NAME), attachment._name, properties.get(_DISPLAY_NAME))
        return PackedFile(
            name=next((name for each in names if (name := self._characters(each).strip())), ""),
            content_type=self._characters(properties.get(_MIME_TAG)).strip(),
            content=bytes(attachment.data or b""),
            content_id=self._characters(properties.get(_CONTENT_ID)).strip().strip("<>"),
        )


def _attributes(content: bytes) -> Iterator[Any]:
    """Raises: _Damaged, or whatever the library raises."""
    if _HEADER.unpack_from(content)[0] != TNEF.TNEF_SIGNATURE:
        raise _Damaged
    position, count = _HEADER.size, 0
    while position < len(content):
        end = position + _ATTRIBUTE.size + _ATTRIBUTE.unpack_from(content, position)[2] + _CHECKSUM_BYTES
        attribute = TNEFObject(content[position:end], do_checksum=True)
        count += 1
        if end > len(content) or not attribute.good_checksum or count > _MOST or _claims_too_much(attribute):
            raise _Damaged
        yield attribute
        position = end


def _claims_too_much(attribute: Any) -> bool:
    """Whether a file claims more properties than it has bytes for: the library would count up to that number."""
    if attribute.name not in (TNEF.ATTMAPIPROPS, TNEF.ATTATTACHMENT):
        return False
    claimed: int = _COUNT.unpack_from(attribute.data)[0]
    return claimed * _LEAST_BYTES > len(attribute.data)


def _decompressed(rich_text: bytes) -> bytes:
    if not rich_text:
        return b""
    try:
        # The library takes the zeros at the end away, which may belong to it.
        return bytes(compressed_rtf.decompress(rich_text + b"\0"))
    except Exception:
        return rich_text
