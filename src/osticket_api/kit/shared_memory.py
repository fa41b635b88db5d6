"""Files in memory by which the servers of one machine share something."""

import os
import stat
from hashlib import blake2b
from pathlib import Path
from tempfile import gettempdir


def shared_file(database: str, what: str) -> Path:
    """The file that all servers of this machine with the same database, by its address, share."""
    memory = Path("/dev/shm")  # noqa: S108 - the file is opened as its owner's only, and never through a link
    folder = memory if memory.is_dir() else Path(gettempdir())
    digest = blake2b(database.encode(), digest_size=8).hexdigest()
    return folder / f"osticket-api-{os.geteuid()}-{digest}-{what}"


def open_shared(path: Path, size: int) -> int:
    """A descriptor of a file of this size, to be mapped.

    Raises: OSError when the file cannot be had, or belongs to somebody else.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        found = os.fstat(file)
        if found.st_uid != os.geteuid() or not stat.S_ISREG(found.st_mode):
            raise PermissionError(f"{path} belongs to somebody else")
        os.ftruncate(file, size)
    except BaseException:
        os.close(file)
        raise
    return file
