"""What other features may use of canned responses."""

from osticket_api.features.canned.service.filling import Canned, fill_in, find_filled

__all__ = ["Canned", "fill_in", "find_filled"]
