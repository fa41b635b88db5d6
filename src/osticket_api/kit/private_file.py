"""Files that hold secrets: readable by their owner from the first byte, and never half written."""

import os
import tempfile
from pathlib import Path


def write_private(path: Path, content: str | bytes, *, replace: bool = False) -> None:
    """Write a file of mode 600. It appears under its name only when it is complete.

    Raises: FileExistsError when the name is taken and `replace` is not asked for; OSError.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content if isinstance(content, bytes) else content.encode())
            stream.flush()
            os.fsync(descriptor)
        if replace:
            os.replace(temporary, path)
        else:
            os.link(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
