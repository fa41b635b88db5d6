"""What the rest of the application may use of single sign-on."""

from osticket_api.features.single_sign_on.providers import Providers

__all__ = ["Providers"]
