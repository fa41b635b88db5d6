"""Public interface of OAuth for the rest of the application."""

from osticket_api.features.oauth.forms import read_form

__all__ = ["read_form"]
