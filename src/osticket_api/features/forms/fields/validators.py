"""osTicket's checks of text answers. Source: tickets.md 1.3, people.md 1.9."""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from osticket_api.features.forms.fields.codec import Unfit
from osticket_api.kit import php_regex
from osticket_api.kit.addresses import is_email

_NUMBER = re.compile(r"\s*+[+-]?(\d++(\.\d*+)?|\.\d++)([eE][+-]?\d++)?")
_PHONE = re.compile(r"\d{7,16}")
_PLUS_AND_DIGITS = re.compile(r"\+\d+")


def check(text: str, configuration: Mapping[str, Any]) -> None:
    """Hold a text to its field's validator; a field without one refuses what a spreadsheet would run as a formula.

    Raises: Unfit.
    """
    kind = str(configuration.get("validator"))
    if kind == "regex":
        _check_pattern(text, configuration)
    elif kind in _KINDS:
        is_fit, message = _KINDS[kind]
        if not is_fit(text):
            raise Unfit(message)
    elif text[:1] in ("=", "-", "+", "@") and not _PLUS_AND_DIGITS.fullmatch(text):
        raise Unfit("must not begin with =, -, + or @: a spreadsheet would take it for a formula.")


def _check_pattern(text: str, configuration: Mapping[str, Any]) -> None:
    """A pattern that only PHP can read asks for nothing."""
    if php_regex.search(str(configuration.get("regex") or ""), text) is False:
        raise Unfit(str(configuration.get("validator-error") or "does not have the form that is asked for."))


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(re.sub(r"[()\-.+ ]", "", text)) is not None


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


_KINDS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "email": (is_email, "must be an e-mail address."),
    "phone": (_is_phone, "must be a phone number of 7 to 16 digits."),
    "ip": (_is_address, "must be an IP address."),
    "number": (_is_number, "must be a number."),
}
