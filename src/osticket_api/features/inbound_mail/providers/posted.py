"""What a provider posts, and the mail in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field

from osticket_api.errors import BadRequest, Invalid, Unauthenticated


@dataclass(frozen=True)
class Posted:
    """A request of a provider. `secret` is what the administrator has set for this provider."""

    headers: Mapping[str, str]
    body: bytes
    secret: str

    def form(self) -> dict[str, bytes]:
        """The fields of a form, as bytes: a mail may be in any character set. Raises: BadRequest."""
        found: dict[str, bytes] = {}

        def keep(field: Field) -> None:
            found[(field.field_name or b"").decode(errors="replace")] = field.value or b""

        headers = {"Content-Type": self.headers.get("content-type", "").encode()}
        try:
            parse_form(headers, BytesIO(self.body), keep, lambda file: file.close())
        except (FormParserError, ValueError) as error:
            raise BadRequest.because("The body is not a valid form.") from error
        return found


@dataclass(frozen=True)
class Delivery:
    """A mail that a provider handed over. `code` is another one for each delivery; `at` is when it was signed."""

    content: bytes
    code: str
    at: datetime | None = None


def signed_at(seconds: str) -> datetime:
    """The moment of a signature, in seconds since 1970. Raises: Unauthenticated."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        raise unsigned()
    return datetime.fromtimestamp(int(seconds), UTC)


def unsigned() -> Unauthenticated:
    return Unauthenticated.because("The request is not signed by the provider.", code="signature_invalid")


def without_mail(advice: str) -> Invalid:
    return Invalid.because(f"There is no raw mail in this request. {advice}", code="raw_mail_missing")
