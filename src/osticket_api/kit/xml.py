"""XML from strangers, read safely: no document type, so no entities of theirs and no network; bounded in every way.

Its size is bounded by whoever read the body.
"""

from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

MAX_DEPTH: Final = 32
MAX_ELEMENTS: Final = 10_000
_EMPTY: Final = frozenset({"br", "hr", "img", "wbr", "col"})
"""HTML's elements that nothing can be inside."""


class XmlError(ValueError):
    """The text is not XML, or XML that is not accepted. `message` says why, `line` and `column` (from 1) say where."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{message} at line {line}:{column}")
        self.message, self.line, self.column = message, line, column


@dataclass(slots=True)
class Element:
    """One element. `text` is all character data directly inside it, CDATA included, blanks at both ends removed.

    `nodes` are texts and elements in their order.
    """

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)
    nodes: list["str | Element"] = field(default_factory=list)

    @property
    def all_text(self) -> str:
        """The character data of this element and of all below it."""
        return "".join(node if isinstance(node, str) else node.all_text for node in self.nodes)

    @property
    def markup(self) -> str:
        """What is inside, as it would be written. Text without elements stays as it is: it may be markup itself."""
        if not self.children:
            return self.text
        return "".join(escape(node) if isinstance(node, str) else node.written for node in self.nodes).strip()

    @property
    def written(self) -> str:
        """The element with its tags, as HTML wants them."""
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        if self.name.lower() in _EMPTY:
            return f"<{self.name}{attributes}>"
        inside = "".join(escape(node) if isinstance(node, str) else node.written for node in self.nodes)
        return f"<{self.name}{attributes}>{inside}</{self.name}>"

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
        self.open: list[Element] = []
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
            self.open[-1].children.append(element)
            self.open[-1].nodes.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, name: str) -> None:
        element = self.open.pop()
        element.text = "".join(node for node in element.nodes if isinstance(node, str)).strip()

    def _text(self, text: str) -> None:
        self.open[-1].nodes.append(text)

    def _doctype(self, *declaration: object) -> None:
        self._refuse("Document type declarations are not accepted")

    def _refuse(self, message: str) -> NoReturn:
        raise XmlError(message, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
