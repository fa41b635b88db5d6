"""How many files and connections this process may hold open."""

import resource
from typing import Final

_ENOUGH: Final = 65_536


def most_open_files() -> int:
    """How many a process that is started from here may hold, once it has asked for all."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)


def allow_open_files() -> None:
    """Let this process hold as many open files as the system allows. Many systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < most_open_files():
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_open_files(), hard))
