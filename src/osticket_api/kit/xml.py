"""XML from strangers, read safely: no document type, so no entities of theirs and no network; bounded in every way.

Its size is bounded by whoever read the body.
"""

from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

MAX_DEPTH: Final = 32
MAX_ELEMENTS: Final = 10_000


class XmlError(ValueError):
    """The text is not XML, or XML that is not accepted. `message` says why, `line` and `column` (from 1) say where."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{message} at line {line}:{column}")
        self.message, self.line, self.column = message, line, column


@dataclass(slots=True)
class Element:
    """One element. `text` is all character data directly inside it, CDATA included, blanks at both ends removed."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def find(self, name: str) -> "Element | None":
        """The first child with this name."""
        return next((child for child in self.children if child.name == name), None)


def parse(raw: bytes) -> Element:
    """The root element.

    Raises: XmlError.
    """
    return _Reader().read(raw)


class _Reader:
    """Expat's handlers, building the tree from a stack of what is open."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[tuple[Element, list[str]]] = []
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def read(self, raw: bytes) -> Element:
        try:
            self.parser.Parse(raw, True)
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code) or "not well-formed"
            raise XmlError(message[:1].upper() + message[1:], error.lineno, error.offset + 1) from None
        except (LookupError, ValueError) as error:
            if isinstance(error, XmlError):
                raise
            self._refuse("Unknown encoding")
        assert self.root is not None
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            self._refuse("Excessive depth or size in document")
        element = Element(name, attributes)
        if self.open:
            self.open[-1][0].children.append(element)
        else:
            self.root = element
        self.open.append((element, []))

    def _end(self, name: str) -> None:
        element, texts = self.open.pop()
        element.text = "".join(texts).strip()

    def _text(self, text: str) -> None:
        self.open[-1][1].append(text)

    def _doctype(self, *declaration: object) -> None:
        self._refuse("Document type declarations are not accepted")

    def _refuse(self, message: str) -> NoReturn:
        raise XmlError(message, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
