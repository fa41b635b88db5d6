"""Public interface of API keys for the rest of the application."""

from osticket_api.features.api_keys.requests import (
    PERMISSIONS,
    ApiKey,
    KeyCreate,
    KeyUpdate,
    NewApiKey,
    permission_named,
)
from osticket_api.features.api_keys.service import create_key, get_key, list_keys, revoke_key, rotate_key, update_key
from osticket_api.features.api_keys.uses import note_use

__all__ = [
    "PERMISSIONS",
    "ApiKey",
    "KeyCreate",
    "KeyUpdate",
    "NewApiKey",
    "create_key",
    "get_key",
    "list_keys",
    "note_use",
    "permission_named",
    "revoke_key",
    "rotate_key",
    "update_key",
]
