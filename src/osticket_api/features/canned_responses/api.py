"""Public interface of canned responses for the rest of the application."""

from osticket_api.features.canned_responses.filling import Canned, fill_in, fill_text, find_filled

__all__ = ["Canned", "fill_in", "fill_text", "find_filled"]
