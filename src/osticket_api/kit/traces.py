"""Describe for the log where an error came from, without its message, which may hold what people wrote."""

import traceback


def trace_of(error: BaseException) -> list[str]:
    """The error and what led to it, innermost last: kinds of errors, and the lines of code they passed."""
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None and len(lines) < _MOST:
        lines.append(_kind(current))
        lines += [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(current.__traceback__)
        ]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return lines


_MOST = 400


def _kind(error: BaseException) -> str:
    """The class of the error, with the number a database gave it."""
    kind = type(error)
    code = getattr(getattr(error, "orig", error), "args", (None,))[:1]
    number = f" {code[0]}" if code and isinstance(code[0], int) and not isinstance(code[0], bool) else ""
    return f"{kind.__module__}.{kind.__qualname__}{number}"
