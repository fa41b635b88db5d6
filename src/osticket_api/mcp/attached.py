"""Files that an assistant attaches: their content itself, or files in a folder that a person opened for this."""

from base64 import b64decode, b64encode
from pathlib import Path
from typing import Annotated, Any, Final

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

MOST_BYTES: Final = 10 * 1024 * 1024


class Attached(BaseModel):
    """A file: either its path, or its name and content."""

    path: Annotated[str | None, Field(description="Of a file in the folder that the server was given.")] = None
    name: Annotated[str | None, Field(max_length=255)] = None
    content_base64: str | None = None


Files = Annotated[list[Attached] | None, Field(max_length=5, description="Files to attach.")]


class Folder:
    """Reads files for the API. Without a folder, no path is read: a text must not be able to send out files."""

    def __init__(self, root: Path | None) -> None:
        self._root = root.resolve() if root else None

    def attachments(self, files: list[Attached] | None) -> dict[str, Any]:
        """The files as the API takes them in a body; nothing where there are none. Raises: ToolError."""
        return {"attachments": [self._attachment(each) for each in files]} if files else {}

    def _attachment(self, file: Attached) -> dict[str, str]:
        if (file.path is None) == (file.name is None or file.content_base64 is None):
            raise ToolError("Give a file either by its path, or by its name and content_base64.")
        if file.path is not None:
            path = self._allowed(file.path)
            return {"name": path.name, "content": b64encode(path.read_bytes()).decode()}
        return {"name": str(file.name), "content": _checked(str(file.content_base64))}

    def _allowed(self, named: str) -> Path:
        if self._root is None:
            raise ToolError("No files can be attached by their path: the server was started without --files.")
        path = (self._root / named).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            raise ToolError(f"There is no file {named} in the folder that the server was given.")
        if path.stat().st_size > MOST_BYTES:
            raise ToolError(f"{named} is larger than {MOST_BYTES} bytes.")
        return path


def _checked(content: str) -> str:
    try:
        size = len(b64decode(content, validate=True))
    except ValueError:
        raise ToolError("content_base64 is not valid base64.") from None
    if size > MOST_BYTES:
        raise ToolError(f"The file is larger than {MOST_BYTES} bytes.")
    return content
