"""Public interface of roles for the rest of the application."""

from osticket_api.kit import php_json


def granted(permissions: str | None) -> list[str]:
    """The keys that a column of permissions grants, those of plugins too."""
    known = php_json.decode(permissions)
    return sorted(key for key, is_on in known.items() if is_on) if isinstance(known, dict) else []
