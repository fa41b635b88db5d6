"""What the rest of the application may use of OAuth."""

from osticket_api.features.oauth.forms import read_form

__all__ = ["read_form"]
