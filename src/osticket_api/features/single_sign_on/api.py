"""Public interface of single sign-on for the rest of the application."""

from osticket_api.features.single_sign_on.providers import Providers

__all__ = ["Providers"]
