"""Everything that can go wrong for a caller, as one small family.

Each error has an HTTP status and a stable `code`; a code is never renamed. `web/` renders them as the envelope or as
RFC 9457 problem details, `legacy/` the old way.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `field` is a dotted path into the body, or a parameter's name."""

    code: str
    message: str
    field: str | None = None
    detail: Any = None


class ApiError(Exception):
    """Base of the family. Holds every fault found, not only the first."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    leaves_record: ClassVar[bool] = False
    """Whether something is written of the refusal, after all that was refused has been rolled back."""

    def __init__(self, *faults: Fault, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults: Sequence[Fault] = faults
        self.headers = dict(headers or {})

    @classmethod
    def because(cls, message: str, *, field: str | None = None, detail: Any = None, code: str | None = None) -> Self:
        """The error with a single fault."""
        return cls(Fault(code or cls.code, message, field, detail))

    def record(self, unit: Any) -> None:
        """Write what stays of the refusal, in a transaction of its own."""


class BadRequest(ApiError):
    status, code = 400, "bad_request"


class Unauthenticated(ApiError):
    status, code = 401, "unauthenticated"


class Forbidden(ApiError):
    status, code = 403, "forbidden"

    @classmethod
    def lacking(cls, permission: str, where: str = "") -> Self:
        """The caller can see the thing but lacks this permission."""
        return cls.because(f"This needs the permission {permission}{where}.", detail={"permission": permission})


class NotFound(ApiError):
    status, code = 404, "not_found"


class MethodNotAllowed(ApiError):
    status, code = 405, "method_not_allowed"


class RequestTimeout(ApiError):
    """The request did not arrive in time."""

    status, code = 408, "request_timeout"


class Conflict(ApiError):
    status, code = 409, "conflict"


class Expired(ApiError):
    """The resource existed, and was deleted."""

    status, code = 410, "expired"


class Stale(ApiError):
    status, code = 412, "stale"


class TooLarge(ApiError):
    status, code = 413, "too_large"

    @classmethod
    def than(cls, limit_bytes: int) -> Self:
        return cls.because(f"The request body is larger than {limit_bytes} bytes.")


class UriTooLong(ApiError):
    status, code = 414, "uri_too_long"


class UnsupportedMediaType(ApiError):
    status, code = 415, "unsupported_media_type"


class RangeNotSatisfiable(ApiError):
    status, code = 416, "range_not_satisfiable"


class Invalid(ApiError):
    """The request is understood, but values in it are wrong."""

    status, code = 422, "invalid"


class Locked(ApiError):
    status, code = 423, "locked"


class TooManyRequests(ApiError):
    status, code = 429, "too_many_requests"


class HeadersTooLarge(ApiError):
    status, code = 431, "headers_too_large"


class Internal(ApiError):
    status, code = 500, "internal_error"


class NotAvailable(ApiError):
    """This installation cannot do what was asked."""

    status, code = 501, "not_available"


class Unavailable(ApiError):
    status, code = 503, "unavailable"


class TooSlow(Unavailable):
    """The database has ended a statement that took too long."""

    code = "statement_timeout"


class SwitchedReadOnly(Unavailable):
    """An administrator has switched writing off, for a while."""

    code = "switched_read_only"


class InsufficientStorage(ApiError):
    """The disk of the database, or of the files, is full."""

    status, code = 507, "storage_full"


@contextmanager
def within(place: str) -> Iterator[None]:
    """Prefix the fields of faults raised in this block by the place of a nested object: `body` becomes `note.body`."""
    try:
        yield
    except Invalid as error:
        error.faults = [replace(each, field=f"{place}.{each.field}") if each.field else each for each in error.faults]
        raise


@dataclass
class Faults:
    """Collects what is wrong with an input, so that the caller hears of all of it at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, field: str, message: str, *, code: str = "invalid", detail: Any = None) -> None:
        self.found.append(Fault(code, message, field, detail))

    def raise_if_any(self) -> None:
        """Raises: Invalid with every fault collected."""
        if self.found:
            raise Invalid(*self.found)
